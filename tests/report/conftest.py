"""Which bundles do the tests of reports read? A tiny one, a poor one, and one with long names."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from infraplan.report.facts import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infraplan.report.facts import Facts

LONG_NAME = ("Thôn Đồng Bằng Sông Thao Thượng và Hạ, khu tái định cư số hai " * 2)[:80]
"""A name of 80 letters."""


@pytest.fixture(scope="session")
def facts(bundle_folder: Path) -> Facts:
    """Return what the tiny bundle says: four communes, three proposals, three links."""
    return read(bundle_folder)


@pytest.fixture(scope="session")
def poor_folder(
    write_tiny: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a bundle of one commune with a name of 80 letters whose plan is empty."""
    from infraplan import workflow  # noqa: PLC0415 - the other tests do without it

    folder = tmp_path_factory.mktemp("poor")
    study = write_tiny(folder / "province")
    text = study.read_text(encoding="utf-8").replace("budget_vnd = 6e9", "budget_vnd = 1")
    study.write_text(text, encoding="utf-8")
    communes = study.with_name("communes.geojson")
    collection = json.loads(communes.read_text(encoding="utf-8"))
    collection["features"] = collection["features"][:1]
    collection["features"][0]["properties"]["name"] = LONG_NAME
    communes.write_text(json.dumps(collection), encoding="utf-8")
    for table, rows in (("villages", 3), ("sites", 1), ("cells", 3)):
        _keep_first(study.with_name(f"{table}.csv"), rows)
    workflow.run(study, folder / "poor", threads=1)
    return folder / "poor"


@pytest.fixture(scope="session")
def poor_facts(poor_folder: Path) -> Facts:
    """Return what the poor bundle says: one commune with a long name, an empty plan."""
    return read(poor_folder)


@pytest.fixture(scope="session")
def long_facts(facts: Facts) -> Facts:
    """Return the tiny bundle with a name of 80 letters for its study, communes and villages."""
    study = {**facts.manifest["study"], "title_vi": LONG_NAME, "title_en": LONG_NAME}
    return dataclasses.replace(
        facts,
        manifest={**facts.manifest, "study": study},
        communes=facts.communes.assign(name=LONG_NAME, full_name=LONG_NAME),
        villages=facts.villages.assign(name=LONG_NAME),
        gaps=facts.gaps.assign(commune_name=LONG_NAME, village_names=f"{LONG_NAME}; {LONG_NAME}"),
    )


@pytest.fixture(scope="session")
def bad_letters() -> str:
    """Return a name that would be a formula, an error in XML or a break in a page."""
    return '=1+1 <b>&"{}#$*\\ \x07'


def _keep_first(path: Path, rows: int) -> None:
    """Keep the head of a CSV and its first rows."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: rows + 1]), encoding="utf-8")
