"""How good, how sure and how fast are the planning engines, beside programs for everyone?

Prints markdown: maximal cover, trees, set covering; with --province the embedded province from
candidates to the finished plan. Each program runs in a process of its own and is stopped at a
limit. Needs no network; what is not installed or not there is listed as such.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from measure import machine, versions
from pages import update_pages
from plan_cover import cover_table
from plan_province import province_table
from plan_set_cover import set_cover_table
from plan_trees import large_table, tree_table

if TYPE_CHECKING:
    from collections.abc import Callable

_QUICK_CELL_M: Final = 480
_CELLS_M: Final = (60, 30)
_QUICK_LIMIT_S: Final = 10.0

SECTIONS: Final[dict[str, tuple[str, Callable[[argparse.Namespace], str]]]] = {
    "cover": (
        "Maximal cover",
        lambda o: cover_table(limit_s=o.limit_s, peers=not o.no_peers, quick=o.quick),
    ),
    "trees": (
        "Trees",
        lambda o: tree_table(limit_s=o.limit_s, peers=not o.no_peers, quick=o.quick),
    ),
    "large": ("Large trees", lambda o: large_table(quick=o.quick)),
    "set-cover": (
        "Set covering",
        lambda o: set_cover_table(peers=not o.no_peers, quick=o.quick),
    ),
    "province": (
        "The embedded province",
        lambda o: province_table(o.province, threads=o.threads),
    ),
}
"""Name of a section to its title and what writes its table."""


def main(arguments: list[str] | None = None) -> None:
    """Run everything that is asked for and print it, section by section."""
    options = _parser().parse_args(arguments)
    if options.quick:
        options.limit_s = min(options.limit_s, _QUICK_LIMIT_S)
    if options.province is not None and not options.province:
        options.province = [_QUICK_CELL_M] if options.quick else list(_CELLS_M)
    usual = [name for name in SECTIONS if name != "province"]
    asked = options.only or (usual if options.province is None else ["province"])
    conditions = _conditions(options)
    print(f"# Planning benchmark\n\n{conditions}", flush=True)
    sections = {}
    for name in asked:
        title, write = SECTIONS[name]
        text = write(options)
        print(f"\n## {title}\n\n{text}", flush=True)
        sections[f"plan: {name}"] = f"{conditions}\n\n{text}"
    update_pages(options.update, sections)


def _parser() -> argparse.ArgumentParser:
    usual = [name for name in SECTIONS if name != "province"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small cases, for a first look")
    parser.add_argument("--no-peers", action="store_true", help="infraplan alone")
    parser.add_argument("--only", nargs="+", choices=usual, metavar="SECTION", help=" ".join(usual))
    parser.add_argument(
        "--province", nargs="*", type=int, metavar="M",
        help="the embedded province instead, at these cell sizes (60 30), m",
    )  # fmt: skip
    parser.add_argument("--limit-s", type=float, default=25.0, help="for each peer, s (25)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the province")
    parser.add_argument(
        "--update", nargs="*", type=Path, default=[], metavar="PAGE", help="renew figures in pages"
    )
    return parser


def _conditions(options: argparse.Namespace) -> str:
    """Say on what and with what it was measured."""
    packages = versions(
        "infraplan", "numpy", "scipy", "numba", "highspy", "networkx", "spopt", "pulp"
    )
    if options.province is not None:
        how = f"Clock, {options.threads} threads, a new process for each run"
    else:
        how = (
            "Each run in a new process, its input read and its code compiled before the clock "
            f"starts; peers are stopped after {options.limit_s:g} s, infraplan's maximal cover "
            "after 60 s where its gap is not reached; one thread, but the latter tries cases on two"
        )
    return "\n".join(f"- {x}" for x in (f"Machine: {machine()}", f"Versions: {packages}", how))


if __name__ == "__main__":
    main()
