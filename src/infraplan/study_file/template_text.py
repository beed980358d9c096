"""What does a new study file look like, with every key that it may have?

The text is made from the models, so that it always shows what they take.
"""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.settings import data_folder
from infraplan.study_file.base import NotePart
from infraplan.study_file.faults import model_of
from infraplan.study_file.parts import StudyFile
from infraplan.study_file.read import parse

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

__all__ = ["template"]

_WIDTH: Final = 96
_LARGE: Final = 1e6
_LISTS: Final = ("towers",)
_VIET_NAM: Final = "VN"
_HEAD: Final = """\
# Tệp nghiên cứu của infraplan. Dòng bắt đầu bằng "# " là giải thích; dòng bắt đầu bằng "#" sát
# chữ là mục chưa dùng, kèm giá trị mặc định: bỏ dấu # để dùng.
# A study file of infraplan. Lines that begin with "# " explain; lines whose "#" touches a word are
# keys not in use, with their defaults: delete the # to use them.
#
# infraplan fetch {name}.toml      tải về / bring what it names from public hosts
# infraplan check {name}.toml      kiểm tra / say everything that is wrong
# infraplan build {name}.toml      lập dữ liệu / make the study folder
"""


def template(
    name: str, *, country: str = _VIET_NAM, province: str | None = None, title: str | None = None
) -> str:
    """Return the text of a new study file: commented, complete and valid.

    Parameters
    ----------
    name
        Short identifier of the study: lower-case letters, digits and hyphens.
    country
        Two letters of ISO 3166-1.
    province
        Code of the province; two digits in Viet Nam.
    title
        Its title; made of the name where absent.

    Returns
    -------
    str
        TOML. The parts in use name public sources where there are any for the place, and files to
        put beside it where there are not.

    Raises
    ------
    ParameterError
        If the name, the country or the province is none.
    """
    _check(name, country, province)
    chosen = _chosen(name, country, province, title or name)
    told: set[tuple[str, str]] = set()
    blocks = [_HEAD.format(name=name)]
    for part, field in StudyFile.model_fields.items():
        blocks.append("\n".join(_part(part, field, chosen.get(part), told)) + "\n")
    text = "\n".join(blocks)
    parse(text, name=f"{name}.toml")
    return text


def _check(name: str, country: str, province: str | None) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ParameterError(
            f"{name!r} is no short name. Remedy: use lower-case letters without diacritics, digits "
            "and hyphens, such as yen-bai."
        )
    if country not in set(catalog.table("countries")["iso2"]):
        raise ParameterError(
            f"There is no country {country!r}. Remedy: give two capital letters of ISO 3166-1, "
            "such as VN."
        )
    pattern = r"\d{2}" if country == _VIET_NAM else r"[0-9A-Za-z-]+"
    if province is not None and not re.fullmatch(pattern, province):
        expected = "two digits, such as 25" if country == _VIET_NAM else "letters and digits"
        raise ParameterError(f"{province!r} is no code of a province. Remedy: give {expected}.")


def _chosen(name: str, country: str, province: str | None, title: str) -> dict[str, dict[str, Any]]:
    """Return the keys in use, by part."""
    area = str(catalog.row("countries", country)["geofabrik_area"])
    mapped = {"source": "osm", "outside": "drop"}
    address = catalog.row("public_sources", "geofabrik")["address"].format(area=area)
    study = {"id": name, "title_vi": title, "title_en": title, "country": country}
    if province is not None:
        study["province"] = province
    chosen: dict[str, dict[str, Any]] = {
        "study": study,
        "grid": {"cell_size_m": 60.0},
        "osm": {"path": address if area else f"{country.lower()}-latest.osm.pbf"},
        "communes": {"path": "communes.gpkg", "values": {"geometry_origin": "declared"}},
        "towers": {"source": "inventory", "path": "towers.xlsx", "outside": "drop"},
        "elevation": {"source": "glo30"},
        "clutter": {"source": "worldcover"},
        "people": {"method": "grid", "source": "worldpop", "scale_to": "none"},
        "plan": {"budget_vnd": 60e9, "first_year": 2026, "last_year": 2030},
        **dict.fromkeys(("villages", "facilities", "fibre_nodes"), mapped),
        "roads": {"source": "osm"},
        "water": {"source": "osm"},
    }
    if country == _VIET_NAM and province in _provinces_that_ship():
        chosen["communes"] = {"public": "vn-communes-2025"}
    return chosen


def _provinces_that_ship() -> set[str]:
    """Return the codes of the provinces whose communes' names ship, so that files can be named."""
    path = data_folder() / "boundaries" / "province.geojson"
    found = json.loads(path.read_text(encoding="utf-8"))
    return {str(feature["properties"]["code"]) for feature in found["features"]}


def _part(
    part: str, field: FieldInfo, chosen: dict[str, Any] | None, told: set[tuple[str, str]]
) -> list[str]:
    """Write one part: what it is, then its keys."""
    model = model_of(field.annotation)
    if model is None:  # every field of a study file is a part
        return []
    head = f"[[{part}]]" if part in _LISTS else f"[{part}]"
    vietnamese = catalog.row("study_help", f"[{part}]")["vi"]
    lines = [*_comment(f"{vietnamese}."), *_comment(field.description or "")]
    lines.append(head if chosen is not None else f"#{head}")
    for key, own in model.model_fields.items():
        lines += _key(part, key, own, (chosen or {}).get(key), told)
    return lines


def _key(
    part: str, key: str, field: FieldInfo, value: object, told: set[tuple[str, str]]
) -> list[str]:
    """Write one key: what it is where this was not said before, then its value."""
    english = " ".join((field.description or "").split())
    lines = []
    if (key, english) not in told:
        told.add((key, english))
        choices = _choices(field.annotation)
        said = f" ({' | '.join(choices)})" if choices else ""
        lines += _comment(f"{_vietnamese(part, key)} – {english}{said}")
    if value is not None:
        return [*lines, f"{key} = {_toml(value)}"]
    return [*lines, f"#{key} = {_default(field)}"]


def _vietnamese(part: str, key: str) -> str:
    """Return the help of a key, where a part has one of its own that one."""
    help_of = catalog.table("study_help").set_index("key")["vi"]
    return str(help_of.get(f"{part}.{key}", help_of.get(key)))


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _choices(annotation: object) -> list[str]:
    """Return the words that a key takes, where it takes no others."""
    if get_origin(annotation) is Literal:
        return [json.dumps(word) for word in get_args(annotation)]
    inner = [a for a in get_args(annotation) if a is not type(None)]
    return _choices(inner[0]) if len(inner) == 1 and type(None) in get_args(annotation) else []


def _default(field: FieldInfo) -> str:
    """Write the default of a key, or a place to fill in where it has none."""
    default = field.get_default(call_default_factory=True)
    if default is not None and default is not PydanticUndefined and default not in ((), {}):
        return _toml(default)
    if _choices(field.annotation):
        return _choices(field.annotation)[0]
    if model_of(field.annotation) is NotePart:
        note = '{ vi = "...", en = "..." }'
        return f"[{note}]" if get_origin(field.annotation) is tuple else note
    kinds = {field.annotation, *get_args(field.annotation)}
    if default == {} or get_origin(field.annotation) is dict:
        return "{}"
    if default == () or get_origin(field.annotation) is tuple:
        return "[0]" if _is_numbers(field) else '["..."]'
    return "0" if kinds & {int, float} else '"..."'


def _is_numbers(field: FieldInfo) -> bool:
    """Tell whether a list holds numbers."""
    return bool({int, float} & set(get_args(field.annotation)))


def _toml(value: object) -> str:
    if isinstance(value, BaseModel):
        return _toml(value.model_dump(exclude_none=True))
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):_}" if value >= _LARGE else str(int(value))
    return json.dumps(value, ensure_ascii=False)
