"""Does the planning benchmark run, and does it count what it says it counts?"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    Load = Callable[[str], ModuleType]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """Return the cells of all rows of tables."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def say_begin_and_wait(seconds: float, say: Callable[[str], None]) -> str:
    """Stand in for a measured program."""
    say("begin")
    say("model built")
    time.sleep(seconds)
    return "done"


def fail(_say: Callable[[str], None]) -> None:
    """Stand in for a program that breaks."""
    raise SystemExit(3)


def hold_memory(_say: Callable[[str], None]) -> None:
    """Stand in for a program that takes too much."""
    held = np.ones(60_000_000)
    time.sleep(60.0 + held[0])


def test_program_is_stopped_at_its_limit_and_the_last_word_is_kept(load: Load) -> None:
    in_time = load("plan_process").in_time
    whole = in_time(say_begin_and_wait, 0.0, limit_s=60.0)
    assert (whole.result, whole.said, whole.ended) == ("done", "model built", "")
    stopped = in_time(say_begin_and_wait, 60.0, limit_s=0.1)
    assert (stopped.result, stopped.said) == (None, "model built")
    assert stopped.ended == "stopped after 0.1 s"
    with pytest.raises(RuntimeError, match="did not come to its end: stopped"):
        stopped.or_fail()


def test_program_that_breaks_is_told_with_its_code(load: Load) -> None:
    broken = load("plan_process").in_time(fail, limit_s=60.0)
    assert (broken.result, broken.ended) == (None, "failed with code 3")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told on Linux only")
def test_program_is_stopped_at_a_limit_of_memory(load: Load) -> None:
    stopped = load("plan_process").in_time(hold_memory, limit_s=50.0, most_mb=400.0)
    assert stopped.ended == "stopped at 400 MB"
    assert stopped.peak_mb > 400.0


def test_made_case_has_the_circles_it_says(load: Load, tmp_path: Path) -> None:
    cases = load("plan_cases")
    case = cases.smaller(cases.COVERS[0], 0.1)
    pairs = cases.save_cover(case, tmp_path / "case.npz")
    cover = cases.load_cover(tmp_path / "case.npz")
    assert cover.reach.shape == (case.candidates, case.demand) == (20, 200)
    assert cover.reach.nnz == pairs
    random = np.random.default_rng(case.seed)
    demand = random.random((case.demand, 2)) * case.side_km
    places = random.random((case.candidates, 2)) * case.side_km
    away_km = np.linalg.norm(places[:, None] - demand[None], axis=2)
    np.testing.assert_array_equal(cover.reach.toarray() > 0, away_km <= case.reach_km)


def test_choice_is_counted_anew_and_too_many_sites_are_refused(load: Load) -> None:
    cases = load("plan_cases")
    reach = sparse.csr_array(np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=np.int8))
    cover = cases.Cover(reach, np.array([5.0, 2.0, 1.0]))
    assert cases.covered(cover, np.array([0, 1]), 2) == 7.0
    with pytest.raises(RuntimeError, match="2 sites were chosen, 1 are allowed"):
        cases.covered(cover, np.array([0, 1]), 1)


def test_tree_is_one_piece_without_a_cycle_through_all(load: Load) -> None:
    cases, is_tree = load("plan_cases"), load("plan_trees").is_tree
    edges = np.array([[0, 1], [1, 2], [2, 0], [3, 4], [1, 1]])
    graph = cases.Graph(5, edges, np.ones(5), np.array([0, 2]))
    joined = graph.terminals
    assert is_tree(graph, np.array([0, 1]), joined)
    assert not is_tree(graph, np.array([0, 1, 2]), joined), "a cycle"
    assert not is_tree(graph, np.array([1, 3, 2]), np.array([0, 3])), "two pieces"
    assert not is_tree(graph, np.array([3]), joined), "terminals outside"
    assert not is_tree(graph, np.array([0, 1, 4]), joined), "a loop"
    assert is_tree(graph, np.array([], dtype=np.int64), np.array([2]))


def test_grid_has_its_streets(load: Load) -> None:
    graph = load("plan_cases").grid_graph(4, 5, seed=1)
    assert (graph.nodes, graph.edges.shape, len(set(graph.terminals.tolist()))) == (16, (24, 2), 5)
    gaps = np.abs(np.diff(graph.edges, axis=1)).ravel()
    assert sorted(gaps.tolist()) == [1] * 12 + [4] * 12
    assert graph.weight.min() >= 1.0


@pytest.mark.parametrize("name", ["plan_peer_highs", "plan_cover"])
def test_programs_agree_on_a_small_case(load: Load, tmp_path: Path, name: str) -> None:
    cases = load("plan_cases")
    case = cases.smaller(cases.COVERS[0], 0.2)
    path = tmp_path / "case.npz"
    cases.save_cover(case, path)
    module = load(name)
    said: list[str] = []
    programs = ["run_highs", "run_highs_merged"] if "highs" in name else ["run_own"]
    for program in programs:
        found = getattr(module, program)(path, case, 30.0, said.append)
        assert found.weight == pytest.approx(found.bound, rel=1e-9)
        assert found.weight == pytest.approx(exact(cases.load_cover(path), case.sites))
    assert said[0] == "begin"


def exact(cover: ModuleType, sites: int) -> float:
    """Return the most weight that can be covered, by a model of its own."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - used here only

    count, demand = cover.reach.shape
    serve = sparse.hstack([-cover.reach.T, sparse.eye_array(demand)])
    number = sparse.csr_array(np.r_[np.ones(count), np.zeros(demand)][None])
    found = milp(
        -np.r_[np.zeros(count), cover.weight],
        integrality=np.r_[np.ones(count), np.zeros(demand)],
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(
            sparse.vstack([serve, number]), ub=np.r_[np.zeros(demand), sites]
        ),
        options={"mip_rel_gap": 0.0},
    )
    return -float(found.fun)


@pytest.mark.slow
def test_quick_run_prints_every_table(run: Callable[..., str], tmp_path: Path) -> None:
    page = tmp_path / "plan.md"
    page.write_text(PAGE, encoding="utf-8")
    text = run("plan.py", "--quick", "--update", str(page))
    for title in ("Maximal cover", "Trees", "Large trees", "Set covering"):
        assert f"\n## {title}\n" in text
    own = [row for row in rows(text) if "**infraplan**" in row[1]]
    assert len(own) == 2
    assert all(row[5] == "proven best" for row in own)
    assert any(row[1] == "spopt" for row in rows(text))
    renewed = page.read_text(encoding="utf-8")
    assert renewed.count("Machine: ") >= 4
    assert "**infraplan**" in renewed


def test_province_is_planned_stage_by_stage(
    load: Load, monkeypatch: pytest.MonkeyPatch, tiny_file: Path
) -> None:
    province, process = load("plan_province"), load("plan_process")
    made = province.run_province(tiny_file, 1, len)
    run = process.Run(made, "begin", "", 500.0)
    monkeypatch.setattr(province, "in_time", lambda *_, **__: run)
    found = {row[0]: row[1:] for row in rows(province.province_table([60, 30], threads=1))}
    stages = ("candidates", "reach", "sites", "plan")
    whole_s = f"{sum(made.seconds[stage] for stage in stages):.0f}"
    assert found["**candidates to finished plan, s**"] == [whole_s, whole_s]
    assert found["candidates, s"][0] == f"{made.seconds['candidates']:.1f}"
    assert found["peak memory, GB"] == ["0.50", "0.50"]
    assert re.fullmatch(r"\d+\.\d\d% \(\w+\)", found["**certified gap of the sites**"][0])
    assert int(found["candidates"][0].replace(",", "")) > 0


def test_page_marks_every_table_and_its_example_runs(
    load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    marked = set(re.findall(r"<!-- begin plan: ([\w-]+) -->", PAGE))
    assert marked == {"cover", "trees", "large", "set-cover", "province"}
    assert set(load("plan").SECTIONS) == marked
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    exec(compile(example, "plan.md", "exec"), {})  # noqa: S102 - our own page
    first, second = capsys.readouterr().out.splitlines()
    assert first == "[0, 2] 1000.0 1000.0 optimal"
    assert second == "[0, 1, 2] 3.0 3.0 optimal"


def test_files_that_are_named_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
    for target in re.findall(r"`((?:src|tests|benchmarks)/[\w./]+)`", PAGE):
        assert (ROOT / target).exists(), target
