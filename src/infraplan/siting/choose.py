"""Which candidates serve the most people in gaps within a budget, and how sure is that?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from infraplan.errors import ParameterError
from infraplan.optim import maximal_cover
from infraplan.results import Choice, weakest
from infraplan.siting.reach import Reach, reach_matrix
from infraplan.siting.rules import rules
from infraplan.tables import spec
from infraplan.wording import Text, count, decimal

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["choose"]

_REACH_PERCENT = 80  # part of the progress that the prediction of reach takes


def choose(
    study: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    *,
    budget_vnd: float | None = None,
    link_prices: pd.DataFrame | None = None,
    gap_share: float = 0.005,
    time_limit_s: float = 60.0,
    effort: float = 1.0,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Choice:
    """Choose the sites that serve the most people in gaps within a budget.

    Parameters
    ----------
    study
        Terrain, people and the plan's parameters.
    gaps
        Table ``gaps``.
    spots
        Table ``candidates``.
    budget_vnd
        Budget of masts and base stations, and of links where their prices are given, VND; the
        study's where absent.
    link_prices
        Columns candidate_id and link_vnd, from :func:`infraplan.backhaul.link_prices`: price of a
        link of its own, VND; a candidate whose price is missing cannot be linked and is left out.
        Without the table links cost nothing here.
    gap_share
        Stop when the choice is proven within this share of the best possible, 0 to 1.
    time_limit_s
        Emergency stop of the solver, s; a run it stops is not repeatable. With ``math.inf`` only
        the effort stops it, and every machine gives the same choice.
    effort
        Scales the solver's work, above 0.
    seed
        Seed of the solver.
    executor
        Runs the predictions side by side.
    progress
        Called with (percent done, 100).

    Returns
    -------
    Choice
        Sites in order of the people they add, and the certificate. Sites that add nobody are
        dropped; the sites' people add up to the people covered. The certificate holds for links
        priced each on its own: where links will share fibre, a better choice may fit the budget.

    Raises
    ------
    ParameterError
        If the budget is negative, or the link prices lack a candidate.
    CrsError
        If candidates or gaps are in another CRS than the study.
    """
    budget = _budget_vnd(study, budget_vnd)
    tell = progress or _ignore
    spots = spots.reset_index(drop=True)
    link_vnd = _link_vnd(spots, link_prices)
    reach = reach_matrix(
        study,
        spots,
        gaps,
        executor=executor,
        progress=lambda done, total: tell(_REACH_PERCENT * done // total, 100),
    )
    cost_vnd = spots["capex_vnd"].to_numpy(dtype=np.float64)
    if link_vnd is not None:
        cost_vnd = cost_vnd + link_vnd
    rows = np.flatnonzero(np.isfinite(cost_vnd))
    solution = maximal_cover.solve(
        reach.matrix[rows],
        reach.people,
        cost=cost_vnd[rows],
        budget=budget,
        gap_share=gap_share,
        time_limit_s=time_limit_s,
        effort=effort,
        seed=seed,
        progress=lambda done: tell(_REACH_PERCENT + round((100 - _REACH_PERCENT) * done), 100),
    )
    chosen, gained = _best_first(reach, rows[solution.chosen])
    covered = math.fsum(gained)
    bound = max(solution.upper_bound, covered)
    notes = (*study.provenance.notes, *_notes(link_vnd, reach.threshold_dbm))
    return Choice(
        new_sites=_table(study, gaps, spots.iloc[chosen], gained, link_vnd, chosen),
        covered_people=covered,
        upper_bound_people=bound,
        gap_share=(bound - covered) / bound if bound > 0 else 0.0,
        status=solution.status,
        demand_people=math.fsum(reach.people),
        reachable_people=math.fsum(reach.people[np.unique(reach.matrix[rows].indices)]),
        candidates=len(spots),
        budget_vnd=budget,
        provenance=replace(study.provenance, notes=notes),
    )


def _budget_vnd(study: Study, budget_vnd: float | None) -> float:
    """Return the budget asked for, else the study's, after a check."""
    budget = study.file.plan.budget_vnd if budget_vnd is None else budget_vnd
    if not (math.isfinite(budget) and budget >= 0):
        raise ParameterError(f"budget_vnd is {budget}; give a finite number of at least 0 VND.")
    return float(budget)


def _ignore(_done: int, _total: int) -> None:
    """Take a progress report and do nothing with it."""


def _link_vnd(
    spots: gpd.GeoDataFrame, link_prices: pd.DataFrame | None
) -> NDArray[np.float64] | None:
    """Return the price of a link for each candidate, NaN where none can be laid."""
    if link_prices is None:
        return None
    prices = link_prices.set_index("candidate_id")["link_vnd"]
    absent = spots.loc[~spots["candidate_id"].isin(prices.index), "candidate_id"]
    if len(absent):
        raise ParameterError(
            f"link_prices lacks {len(absent)} candidates, the first is {absent.iloc[0]!r}. "
            "Remedy: price the same candidates with backhaul.link_prices(study, spots)."
        )
    return prices.reindex(spots["candidate_id"]).to_numpy(dtype=np.float64)


def _best_first(
    reach: Reach, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Order the chosen by the people each adds to those before it; drop those that add nobody.

    Returns
    -------
    tuple of numpy.ndarray
        Rows of the candidates, best first, and the people each adds, above 0.
    """
    left = reach.people.copy()
    cells = {
        int(row): reach.matrix.indices[reach.matrix.indptr[row] : reach.matrix.indptr[row + 1]]
        for row in chosen
    }
    order: list[int] = []
    gained: list[float] = []
    while cells:
        gains = {row: float(left[found].sum()) for row, found in cells.items()}
        best = min(gains, key=lambda row: (-gains[row], row))
        if gains[best] <= 0:
            break
        order.append(best)
        gained.append(gains[best])
        left[cells.pop(best)] = 0.0
    return np.array(order, dtype=np.int64), np.array(gained, dtype=np.float64)


def _table(
    study: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    gained: NDArray[np.float64],
    link_vnd: NDArray[np.float64] | None,
    chosen: NDArray[np.int64],
) -> gpd.GeoDataFrame:
    """Turn the chosen candidates into the table ``new_sites``."""
    table = spots.rename(columns={"candidate_id": "site_id"}).reset_index(drop=True)
    table["people_gained"] = gained
    table["link_estimate_vnd"] = np.nan if link_vnd is None else link_vnd[chosen]
    table["reason"] = [
        f"{reason}; serves {people:,.0f} people in gaps that no site before it serves"
        for reason, people in zip(table["reason"], gained, strict=True)
    ]
    counted = gaps["people_origin"].unique().tolist() if "people_origin" in gaps else []
    origin = weakest(["estimated", study.elevation.origin, study.people.origin, *counted])
    table["people_gained_origin"] = origin
    columns = [name for name in spec("new_sites").names if name != "year"]  # the plan's to say
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=study.crs)


def _notes(link_vnd: NDArray[np.float64] | None, threshold_dbm: float) -> tuple[Text, ...]:
    """Say what the choice assumes."""
    return (_sectors_note(threshold_dbm), *_link_notes(link_vnd))


def _sectors_note(threshold_dbm: float) -> Text:
    azimuths = rules().azimuths_deg
    facing = ", ".join(f"{azimuth:g}" for azimuth in azimuths)
    level = decimal(threshold_dbm, 0)
    return Text(
        vi=(
            f"Mỗi vị trí đề xuất được tính với {len(azimuths)} sector (hướng {facing} độ), phục vụ "
            f"từ mức {level.vi} dBm trở lên; chiều cao, công suất và băng tần lấy từ danh mục."
        ),
        en=(
            f"A proposed site is taken as {len(azimuths)} sectors ({facing} degrees) that serve "
            f"from {level.en} dBm; its height, power and band are catalogue rows."
        ),
    )


def _link_notes(link_vnd: NDArray[np.float64] | None) -> tuple[Text, ...]:
    """Say for which links the certificate holds, and which candidates had none."""
    if link_vnd is None:
        return (
            Text(
                vi="Vị trí được chọn khi chưa tính giá tuyến truyền dẫn; chứng nhận cũng vậy.",
                en="Sites were chosen without the price of their links; so is the certificate.",
            ),
        )
    certificate = Text(
        vi=(
            "Chứng nhận về các vị trí đúng khi tuyến truyền dẫn của mỗi vị trí được tính giá "
            "riêng; nếu các tuyến dùng chung cáp, có thể còn phương án tốt hơn."
        ),
        en=(
            "The certificate of the sites holds when each site's link is priced on its own; "
            "with shared fibre a better choice may exist."
        ),
    )
    left_out = int(np.isnan(link_vnd).sum())
    if not left_out:
        return (certificate,)
    number = count(left_out)
    lost = Text(
        vi=f"Số vị trí ứng viên bị bỏ vì không có đường nối tới nút cáp quang: {number.vi}.",
        en=f"Candidates left out because no road links them to a fibre node: {number.en}.",
    )
    return certificate, lost
