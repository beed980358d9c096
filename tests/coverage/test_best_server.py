"""Do predictions of single operators join into the prediction of them all?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from infraplan.coverage import best_server, operators_of, predict
from infraplan.errors import ParameterError
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    from infraplan.results import Signal
    from infraplan.study import Study


@pytest.fixture(scope="module")
def parts(tiny_study: Study) -> list[Signal]:
    return [predict(tiny_study, operators=[o]) for o in operators_of(tiny_study)]


def test_parts_join_into_the_whole(tiny_study: Study, parts: list[Signal]) -> None:
    whole, joined = predict(tiny_study), best_server(parts[::-1])
    assert len(parts) > 1
    assert joined.operators == whole.operators == (*operators_of(tiny_study), ANY_OPERATOR)
    for operator in whole.operators:
        for name in ("rsrp_dbm", "server"):
            one, two = getattr(whole, name)[operator], getattr(joined, name)[operator]
            np.testing.assert_array_equal(one.values, two.values)
            assert (one.name, one.unit, one.origin) == (two.name, two.unit, two.origin)


def test_any_is_the_strongest_and_its_server_is_whose_it_is(parts: list[Signal]) -> None:
    joined = best_server(parts)
    levels = np.stack([joined.rsrp_dbm[o].values for o in joined.operators[:-1]])
    best = joined.rsrp_dbm[ANY_OPERATOR].values
    np.testing.assert_array_equal(best, np.fmax.reduce(levels))
    server = joined.server[ANY_OPERATOR].values
    assert ((server < 0) == np.isnan(best)).all()
    owners = joined.cells["operator"].to_numpy()[server[server >= 0]]
    for operator in joined.operators[:-1]:
        mine = owners == operator
        own = joined.rsrp_dbm[operator].values[server >= 0]
        np.testing.assert_array_equal(own[mine], best[server >= 0][mine])


def test_one_operator_alone_is_also_any(parts: list[Signal]) -> None:
    operator = parts[0].operators[0]
    np.testing.assert_array_equal(
        parts[0].server[operator].values, parts[0].server[ANY_OPERATOR].values
    )


def test_parts_that_do_not_fit_together_are_refused(parts: list[Signal]) -> None:
    with pytest.raises(ParameterError, match="empty"):
        best_server([])
    with pytest.raises(ParameterError, match=parts[0].operators[0]):
        best_server([parts[0], *parts])
    with pytest.raises(ParameterError, match="technology"):
        best_server([parts[0], replace(parts[1], technology="5G")])
    with pytest.raises(ParameterError, match="clutter"):
        best_server([parts[0], replace(parts[1], clutter_model="profile")])


@pytest.mark.parametrize("operators", [[], ["nobody"]])
def test_operators_that_are_not_there_are_refused(tiny_study: Study, operators: list[str]) -> None:
    with pytest.raises(ParameterError, match="give some of those"):
        predict(tiny_study, operators=operators)
