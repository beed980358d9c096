"""Which addresses may be asked, where do they lie in a mirror, and what is a private host?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.errors import DownloadError, ParameterError
from infraplan.sources.door.address import is_private, place_of
from infraplan.sources.door.keys import Key
from infraplan.sources.download import redirected


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://example.org/a/b.tif", "example.org/a/b.tif"),
        ("https://Example.ORG:443/a#part", "example.org/a"),
        ("http://example.org:8080/a", "example.org_8080/a"),
        ("https://[2001:db8::1]:8443/a", "2001%3Adb8%3A%3A1_8443/a"),
        (
            "https://example.org/a?token={key}&type=mcc&file=452.csv.gz",
            "example.org/a@type=mcc&file=452.csv.gz",
        ),
        ("https://example.org/a?token={key}", "example.org/a"),
        ("https://example.org/keys/{key}/a.csv", "example.org/keys/{key}/a.csv"),
        ("https://example.org/a?x=b/../c", "example.org/a@x=b%2F..%2Fc"),
        ("https://example.org/", "example.org/%2F"),
        ("https://example.org", "example.org/%2F"),
        ("https://example.org/a//b", "example.org/a/%2F/b"),
        ("https://example.org/a%20b", "example.org/a%20b"),
        ("https://example.org/xã.csv", "example.org/xã.csv"),
        ('https://example.org/a:b*c"', "example.org/a%3Ab%2Ac%22"),
        ("https://example.org/a.", "example.org/a%2E"),
    ],
)
def test_address_has_its_place(address: str, place: str) -> None:
    assert str(place_of(address)) == place


_PATH = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300)


@given(path=_PATH, query=_PATH)
def test_no_address_leaves_its_mirror(path: str, query: str) -> None:
    address = f"https://example.org/{path}?{query}"
    try:
        parts = place_of(address).parts
    except ParameterError:
        return
    assert parts[0] == "example.org"
    for part in parts:
        assert part not in {"", ".", ".."}
        assert not set(part) & set('/\\\0:*?"<>|')
        assert len(part.encode()) <= 200


@given(left=st.text("ab/%.?=&", max_size=12), right=st.text("ab/%.?=&", max_size=12))
def test_different_paths_have_different_places(left: str, right: str) -> None:
    try:
        places = [place_of(f"https://example.org/{text}") for text in (left, right)]
    except ParameterError:
        return
    same = left.partition("?")[0] == right.partition("?")[0]
    if not same and "?" not in left + right and not {"%2F", "%2E"} & {left, right}:
        assert places[0] != places[1] or "%2" in left + right


def test_long_names_stay_apart() -> None:
    names = {str(place_of(f"https://example.org/{'x' * 300}{i}.csv.gz")) for i in range(3)}
    assert len(names) == 3
    assert all(name.endswith(".csv.gz") for name in names)


@pytest.mark.parametrize(
    "host",
    ["localhost", "a.localhost", "127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1",
     "fd00::1", "0.0.0.1", "intranet", "files.internal", "::ffff:127.0.0.1"],
)  # fmt: skip
def test_private_hosts(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize("host", ["example.org", "8.8.8.8", "2606:4700::1111"])
def test_public_hosts(host: str) -> None:
    assert not is_private(host)


SECRET = Key("s3cr3t")
ASKED = "https://a.example.org/x?token=s3cr3t"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("http://a.example.org/x", "from https down to http"),
        ("https://b.example.org/x?token=s3cr3t", "with your key"),
        ("https://a.example.org:444/x?token=s3cr3t", "with your key"),
        ("https://10.0.0.1/x", "private network"),
        ("https://user:pass@b.example.org/", "no web address"),
        ("gopher://b.example.org/", "no web address"),
    ],
)
def test_redirect_is_refused(to: str, why: str) -> None:
    with pytest.raises(DownloadError, match=why) as caught:
        redirected(ASKED, to, SECRET)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("/y?token=s3cr3t#part", "https://a.example.org/y?token=s3cr3t"),
        ("https://b.example.org/y", "https://b.example.org/y"),
        ("y", "https://a.example.org/y"),
    ],
)
def test_redirect_is_followed(to: str, leads: str) -> None:
    assert redirected(ASKED, to, SECRET) == leads


def test_redirect_within_a_private_host_and_up_to_https_is_followed() -> None:
    assert redirected("http://10.0.0.1/x", "https://10.0.0.1/y", Key()) == "https://10.0.0.1/y"
