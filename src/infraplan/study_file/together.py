"""Which parts of a study file contradict or miss each other?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraplan.study_file.parts import StudyFile
    from infraplan.study_file.table_parts import TablePart

__all__ = ["faults_together", "table_parts"]

_TABLES = (
    *("communes", "census", "villages", "facilities", "roads"),
    *("sites", "fibre_nodes", "fibre", "cells"),
    *("power", "protected", "water", "structures", "works", "growth", "costs"),
    *("indicators", "targets"),
)
_FILES_ONLY = ("census", "cells", "works", "growth", "costs", "indicators", "targets")
_FIBRE = ("fibre_nodes", "fibre")
_VIET_NAM = "VN"


def table_parts(file: StudyFile) -> dict[str, TablePart]:
    """Return the parts of tables that a study file has, by name, in the order they are read."""
    return {name: part for name in _TABLES if (part := getattr(file, name)) is not None}


def faults_together(file: StudyFile) -> list[tuple[str, str, str]]:
    """List what is wrong with a study file although each of its parts is right.

    Returns
    -------
    list of (key, problem, remedy)
    """
    return [*_sources(file), *_towers(file), *_simulated(file), *_country(file), *_base(file)]


def _sources(file: StudyFile) -> Iterator[tuple[str, str, str]]:
    """List tables read from a source that holds none of them, or that is not named."""
    for name, part in table_parts(file).items():
        if part.source == "ofds" and name not in _FIBRE:
            yield (
                f"{name}.source",
                f"the Open Fibre Data Standard holds no {name}",
                'say source = "file" or "osm"',
            )
        if part.source == "osm" and name in _FILES_ONLY:
            remedy = "add [simulated_masts], or name a file" if name == "cells" else "name a file"
            yield f"{name}.source", f"maps hold no {name}", remedy
        if part.source == "osm" and file.osm is None:
            remedy = "add an [osm] part with path and country"
            yield f"{name}.source", f"{name} come from a map extract, and none is named", remedy
    if file.osm is not None and not file.osm.country:
        communes = file.communes is not None and file.communes.source == "osm"
        people = file.people.method == "settlements" and file.osm.people_total is None
        if communes or people:
            what = "communes" if communes else "people"
            yield (
                "osm.country",
                f"the {what} come from the extract, and the country is not named",
                'add the name of the boundary tags, such as country = "Andorra"',
            )
    if file.people.method == "settlements" and file.osm is None:
        yield (
            "people.method",
            'the method "settlements" reads a map extract, and none is named',
            "add an [osm] part with path and country",
        )


def _towers(file: StudyFile) -> Iterator[tuple[str, str, str]]:
    """List towers beside the tables that they become."""
    if not file.towers:
        return
    for name in ("sites", "cells"):
        if getattr(file, name) is not None:
            yield (
                name,
                f"the study has both [[towers]] and [{name}], and towers become {name}",
                f"delete [{name}], or hand it over as a list of towers",
            )
    for number, part in enumerate(file.towers):
        if part.source == "osm" and file.osm is None:
            remedy = "add an [osm] part with path and country"
            yield f"towers.{number}.source", "there is no map extract to read towers from", remedy


def _simulated(file: StudyFile) -> Iterator[tuple[str, str, str]]:
    """List masts to be made up beside a table of cells, which says where there are any."""
    for name in ("towers", "cells"):
        if file.simulated_masts is not None and getattr(file, name):
            written = "[[towers]]" if name == "towers" else "[cells]"
            problem = f"masts are made up where nobody knows the cells, but {written} tells them"
            yield "simulated_masts", problem, f"delete [simulated_masts], or {written}"
            return


def _country(file: StudyFile) -> Iterator[tuple[str, str, str]]:
    """List public sources of a country or province that the study does not name."""
    public = file.communes.public if file.communes is not None else None
    needs = {
        "communes.public": public == "geoboundaries",
        "people.source": file.people.source == "worldpop",
        **{
            f"towers.{number}.mcc": part.source == "opencellid" and part.mcc is None
            for number, part in enumerate(file.towers)
        },
    }
    for key, needed in needs.items():
        if needed and file.study.country is None:
            remedy = 'say the country under [study], such as country = "VN"'
            yield "study.country", f"{key} needs the country of the study", remedy
    if public == "vn-communes-2025":
        if file.study.country not in (None, _VIET_NAM):
            problem = f"these communes are of Viet Nam, and the study is of {file.study.country}"
            yield "communes.public", problem, 'take "geoboundaries", or a file of yours'
        if file.study.province is None:
            remedy = 'say its code under [study], such as province = "25"'
            yield "study.province", "communes.public needs the province of the study", remedy


def _base(file: StudyFile) -> Iterator[tuple[str, str, str]]:
    """List what rests on a base that the study has not."""
    if file.communes is not None and file.communes.complete and file.study.base is None:
        remedy = 'say base = "phu-tho" under [study], or delete `complete`'
        yield "communes.complete", "the study has no base to complete the communes from", remedy
