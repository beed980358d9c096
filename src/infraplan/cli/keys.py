"""How are access keys of the service given out, looked at and taken back?

The service is an extra, so it is imported when a command runs and not before.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infraplan import settings, wording
from infraplan.cli.options import Json, Language, ending
from infraplan.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan_api.access import Key, KeyStore

__all__ = ["add_to"]

_Bundle = Annotated[
    Path | None,
    typer.Option("--bundle", help="The bundle that is served; else INFRAPLAN_API_FOLDER."),
]
_State = Annotated[
    Path | None,
    typer.Option(
        "--state", help="Folder of the service's keys and jobs; else INFRAPLAN_API_STATE."
    ),
]
_HEADS = ("key", "name", "scopes", "state", "until", "used")


def add_command(
    name: Annotated[str, typer.Argument(help="Who will use the key.")],
    *,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="What it is good for: plan, admin; repeat. plan otherwise."),
    ] = None,
    days: Annotated[int, typer.Option("--days", help="Good for so many days.")] = 90,
    bundle: _Bundle = None,
    state: _State = None,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Make a key and print it, this once."""
    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        store, _ = _store(bundle, state)
        made = store.add(name, scopes=tuple(scope or ("plan",)), days=days)
        key = next(key for key in store.listing() if key.key_id == made.key_id)
    if as_json:
        typer.echo(json.dumps({**_row(key), "text": made.text}, ensure_ascii=False, indent=2))
        return
    values = {"name": wording.plain(key.name), "until": wording.plain(_day(key.expires_s))}
    typer.echo(wording.phrase("keys_added", values).said(spoken), err=True)
    typer.echo(made.text)
    typer.echo(
        wording.phrase("keys_use", {"header": wording.plain("X-API-Key")}).said(spoken), err=True
    )


def list_command(
    *,
    bundle: _Bundle = None,
    state: _State = None,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """List the keys: for whom, what for, until when, last used. No key is shown."""
    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        store, folder = _store(bundle, state)
        keys = store.listing()
    if as_json:
        typer.echo(json.dumps([_row(key) for key in keys], ensure_ascii=False, indent=2))
    elif not keys:
        typer.echo(wording.phrase("keys_none", {"folder": wording.plain(folder)}).said(spoken))
    else:
        typer.echo(_table(keys, spoken))


def revoke_command(
    key_id: Annotated[str, typer.Argument(metavar="KEY", help="Identifier, as list shows it.")],
    *,
    bundle: _Bundle = None,
    state: _State = None,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Take a key back; from now on it is good for nothing."""
    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        store, _ = _store(bundle, state)
        key = store.revoke(key_id)
    values = {"key": wording.plain(key.key_id), "name": wording.plain(key.name)}
    said = wording.phrase("keys_revoked", values).said(spoken)
    typer.echo(json.dumps(_row(key), ensure_ascii=False, indent=2) if as_json else said)


def add_to(app: typer.Typer) -> None:
    """Add the commands about keys."""
    keys = typer.Typer(
        help="Keys for what-if and jobs of the service: give out, list, take back.",
        no_args_is_help=True,
    )
    keys.command("add")(add_command)
    keys.command("list")(list_command)
    keys.command("revoke")(revoke_command)
    app.add_typer(keys, name="keys")


def _store(bundle: Path | None, state: Path | None) -> tuple[KeyStore, Path]:
    """Return the keys of the service over a bundle, and the folder they lie in.

    Raises
    ------
    MissingExtraError
        If the service is not installed.
    """
    try:
        from infraplan_api import settings as service  # noqa: PLC0415 - an extra
        from infraplan_api.access import KeyStore  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"The keys of the service need the package {error.name!r}, which is not installed. "
            "Remedy: pip install 'infraplan[api]'"
        ) from error
    chosen = service.load_for(folder=bundle, state=state)
    return KeyStore(chosen.state_folder), chosen.state_folder


def _row(key: Key) -> dict[str, object]:
    """Return a key for programs."""
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": list(key.scopes),
        "state": key.state(_now_s()),
        "created": _time(key.created_s),
        "expires": _time(key.expires_s),
        "revoked": None if key.revoked_s is None else _time(key.revoked_s),
        "last_used": None if key.last_used_s is None else _time(key.last_used_s),
    }


def _table(keys: Sequence[Key], language: str) -> str:
    """Return the keys line by line under heads."""
    words = {"valid": "keys_valid", "expired": "keys_expired", "revoked": "keys_was_revoked"}
    rows = [[wording.phrase(f"keys_head_{head}").said(language) for head in _HEADS]]
    rows += [
        [
            key.key_id,
            key.name,
            " ".join(key.scopes),
            wording.phrase(words[key.state(_now_s())]).said(language),
            _day(key.expires_s),
            "–" if key.last_used_s is None else _day(key.last_used_s),
        ]
        for key in keys
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADS))]
    lines = ("  ".join(text.ljust(w) for text, w in zip(r, widths, strict=True)) for r in rows)
    return "\n".join(line.rstrip() for line in lines)


def _now_s() -> int:
    return int(datetime.now(UTC).timestamp())


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
