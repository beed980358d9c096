"""In which inputs and settings do bundles differ, and may they be compared at all?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from infraplan.wording import Text, count, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.workflow.scenarios.read import Scenario

__all__ = ["difference_table", "warnings_of"]

_FACTS = ("infraplan_version", "technology", "load_share", "clutter_model", "cell_size_m")
_DIGEST_SHOWN = 8
_NAMES_ONLY = ("study.id", "study.title_vi", "study.title_en")
_ROUNDING_PEOPLE = 0.5


def difference_table(scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """List the inputs and settings that are not the same in all bundles.

    Returns
    -------
    pandas.DataFrame
        Indexed by what differs: ``input NAME`` (a table), ``catalogue``, a fact of the run, or a
        parameter as ``section.key``; a column of texts per scenario, missing where it has none.
        Names and titles of the studies are not settings.
    """
    told = {scenario.name: _settings(scenario) for scenario in scenarios}
    keys = dict.fromkeys(key for settings in told.values() for key in settings)
    rows = {key: [settings.get(key) for settings in told.values()] for key in keys}
    kept = {key: values for key, values in rows.items() if len(set(values)) > 1}
    table = pd.DataFrame.from_dict(kept, orient="index", columns=list(told), dtype=object)
    return table.rename_axis("what")


def _settings(scenario: Scenario) -> dict[str, str]:
    """Return everything that a bundle rests on, as texts that are equal where it is the same."""
    told = scenario.manifest
    found: dict[str, list[str]] = {}
    for source in sorted(told.inputs, key=lambda s: (s.table, s.file, s.sha256)):
        text = f"{source.file} ({source.sha256[:_DIGEST_SHOWN]})"
        found.setdefault(f"input {source.table}", []).append(text)
    settings = {key: ", ".join(texts) for key, texts in found.items()}
    settings["catalogue"] = told.catalogue_sha256[:_DIGEST_SHOWN]
    settings |= {name: _text(getattr(told, name)) for name in _FACTS}
    parameters = _flat(told.parameters)
    return settings | {k: v for k, v in parameters.items() if k not in _NAMES_ONLY}


def _flat(parameters: dict[str, Any], before: str = "") -> dict[str, str]:
    """Write nested parameters as ``section.key``; what is not set is left out."""
    flat: dict[str, str] = {}
    for key, value in parameters.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}.")
        elif value is not None:
            flat[f"{before}{key}"] = _text(value)
    return flat


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def warnings_of(scenarios: Sequence[Scenario]) -> tuple[Text, ...]:
    """Say in words what makes a comparison doubtful.

    Each bundle is held against the first: other communes, another number of residents, others
    served before anything is built, other years.
    """
    first, *others = scenarios
    told: list[Text] = []
    for other in others:
        names = {"first": plain(first.name), "other": plain(other.name)}
        codes, own = set(first.communes["code"]), set(other.communes["code"])
        if codes != own:
            only = {"only_first": count(len(codes - own)), "only_other": count(len(own - codes))}
            told.append(phrase("compare_warn_communes", names | only))
        here, there = first.manifest.totals, other.manifest.totals
        if abs(here.people - there.people) > _ROUNDING_PEOPLE:
            values = {"people": count(here.people), "other_people": count(there.people)}
            told.append(phrase("compare_warn_people", names | values))
        elif abs(here.people_served - there.people_served) > _ROUNDING_PEOPLE:
            values = {
                "people": count(here.people_served),
                "other_people": count(there.people_served),
            }
            told.append(phrase("compare_warn_served", names | values))
        years, own_years = (sorted(s.phases["year"].astype(int)) for s in (first, other))
        if years != own_years:
            told.append(phrase("compare_warn_years", names))
    return tuple(told)
