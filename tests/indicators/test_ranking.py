"""Is the order of communes the one of the weighted mean, and its doubt that of the weights?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.indicators import ranking, weights
from infraplan.tables import spec

WEIGHTS = {"people_4g": 3.0, "villages_4g": 1.0}


def _table(shares: dict[str, list[float]]) -> pd.DataFrame:
    """Return rows of today, one for each commune and indicator."""
    count = len(next(iter(shares.values())))
    rows = [
        {
            "level": "commune",
            "code": f"{place:05d}",
            "name": f"Xã {place}",
            "old_district": "Huyện A",
            "indicator": indicator,
            "state": "unknown" if np.isnan(values[place]) else "current",
            "value_share": values[place],
        }
        for indicator, values in shares.items()
        for place in range(count)
    ]
    return pd.DataFrame(rows)


def test_score_is_the_weighted_mean_of_what_is_known() -> None:
    table = _table({"people_4g": [0.8, 0.9, np.nan], "villages_4g": [0.4, np.nan, np.nan]})
    found = ranking(table, weights=WEIGHTS).set_index("code")
    assert found.loc["00000", "score"] == 70.0
    assert found.loc["00001", "score"] == 90.0
    assert found.loc["00001", "known_weight_share"] == 0.75
    assert found.loc["00001", "unknown_components"] == "villages_4g"
    assert (found.loc["00001", "score_least"], found.loc["00001", "score_most"]) == (67.5, 92.5)
    assert pd.isna(found.loc["00002", "score"])
    assert pd.isna(found.loc["00002", "rank"])
    assert found.loc["00000", "unknown_components"] is None
    assert found["rank"].dropna().tolist() == [1, 2]
    assert found.index.tolist() == ["00001", "00000", "00002"]


def test_ranks_move_with_the_weights_as_computed_by_hand() -> None:
    table = _table({"people_4g": [1.0, 0.7], "villages_4g": [0.0, 0.8]})
    found = ranking(table, weights=WEIGHTS).set_index("code")
    assert found["score"].to_dict() == {"00000": 75.0, "00001": 72.5}
    # people_4g halved: 60 and 74; left out: 0 and 80; villages_4g left out: 100 and 70
    assert found.loc["00000", ["rank", "rank_best", "rank_worst"]].tolist() == [1, 1, 2]
    assert found.loc["00001", ["rank", "rank_best", "rank_worst"]].tolist() == [2, 1, 2]


def test_commune_of_one_known_component_has_a_worst_rank() -> None:
    table = _table({"people_4g": [0.9, 0.5], "villages_4g": [np.nan, 0.6]})
    found = ranking(table, weights=WEIGHTS).set_index("code")
    assert found.loc["00000", ["rank", "rank_best", "rank_worst"]].tolist() == [1, 1, 1]
    assert found.loc["00001", ["rank", "rank_best", "rank_worst"]].tolist() == [2, 1, 2]


def test_equal_scores_stand_in_the_order_of_codes() -> None:
    found = ranking(_table({"people_4g": [0.5] * 4, "villages_4g": [0.5] * 4}), weights=WEIGHTS)
    assert found["code"].tolist() == ["00000", "00001", "00002", "00003"]
    assert found["rank"].tolist() == [1, 2, 3, 4]


def test_columns_are_those_of_the_dictionary_and_a_share_for_each_component() -> None:
    found = ranking(_table({"people_4g": [0.5], "villages_4g": [0.5]}), weights=WEIGHTS)
    names = [name for name in spec("ranking").names if name != "data_basis"]
    assert list(found.columns) == [*names, "people_4g_share", "villages_4g_share"]


@pytest.mark.parametrize(
    ("given_weights", "fault"),
    [
        ({"people_4g": -1.0}, "the weight of people_4g is -1.0"),
        ({"people_4g": float("nan")}, "the weight of people_4g is nan"),
        ({"people_4g": 0.0}, "all weights are 0"),
        ({"towers": 1.0}, "there is no indicator 'towers'"),
    ],
)
def test_weights_that_rank_nothing_are_refused(given_weights: dict[str, float], fault: str) -> None:
    with pytest.raises(ParameterError, match=fault):
        ranking(_table({"people_4g": [0.5]}), weights=given_weights)


def test_published_weights_add_up_and_are_of_indicators_of_communes() -> None:
    assert sum(weights().values()) == pytest.approx(1.0)
    kinds = catalog.table("indicator_kinds").set_index("indicator")
    assert set(kinds.loc[list(weights()), "levels"]) == {"all"}
    assert set(catalog.table("ranking_weights")["confidence"]) == {"assumed"}


@settings(max_examples=30)
@given(
    values=st.lists(
        st.tuples(*[st.one_of(st.floats(0, 1), st.just(float("nan")))] * 2), min_size=1, max_size=8
    )
)
def test_rank_lies_between_its_best_and_worst(values: list[tuple[float, float]]) -> None:
    table = _table({"people_4g": [v[0] for v in values], "villages_4g": [v[1] for v in values]})
    found = ranking(table, weights=WEIGHTS)
    known = found[found["rank"].notna()]
    assert sorted(known["rank"]) == list(range(1, len(known) + 1))
    assert known[["rank_best", "rank_worst"]].notna().all(axis=None)
    assert (known["rank_best"] <= known["rank"]).all()
    assert (known["rank"] <= known["rank_worst"]).all()
    assert (known["score_least"] <= known["score"] + 1e-3).all()
    assert (known["score"] <= known["score_most"] + 1e-3).all()
