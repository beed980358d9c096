"""Do all notebooks run, how long does each take, and what does a rendered copy look like?

``python tools/run_notebooks.py [OUT]`` runs them two at a time, each in a fresh kernel, and keeps
executed copies in OUT (``out/notebooks`` in the checkout) for the docs. A map, which needs a
running kernel, is kept beside them as an offline page and shown in its place. A notebook that
fails, or that warns, fails the run. One whose data is not here is kept as it is, and told.
"""

from __future__ import annotations

import argparse
import base64
import html
import json
import os
import resource
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from infraplan.settings import studies_folder
from infraplan.sources.shelf import shelf_of_settings
from infraplan.study import wanted_files

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
NEEDS = {"06_andorra": "andorra.toml"}
"""Notebooks that need files of public hosts, and the study that names them."""
SIDE_BY_SIDE = 2
MOST_SECONDS = 600
WIDGET = "application/vnd.jupyter.widget-view+json"
HEIGHT_PX = 600
SAVE = (
    "import infraplan.maps, base64; infraplan.maps.save_html(_, base64.b64decode({!r}).decode());"
)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a notebook ran: its seconds, its maps, and why not where it did not."""

    name: str
    seconds: float
    cpu_seconds: float
    maps: int
    problem: str = ""
    skipped: str = ""


def main() -> int:
    """Run all, tell the time of each, and return the exit code."""
    parser = argparse.ArgumentParser(description="Run all notebooks and keep executed copies.")
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "out" / "notebooks")
    out = parser.parse_args().out.resolve()
    mirror = ROOT.parent / "shared" / "mirror"
    if mirror.is_dir():
        os.environ.setdefault("INFRAPLAN_MIRROR", str(mirror))
    shutil.rmtree(out / "maps", ignore_errors=True)
    (out / "maps").mkdir(parents=True)
    begin = time.monotonic()
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    with ProcessPoolExecutor(
        SIDE_BY_SIDE, mp_context=get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        ran = [_tell(found) for found in pool.map(run, paths, [out] * len(paths))]
    _write(f"all: {time.monotonic() - begin:.0f} s")
    return 1 if any(found.problem for found in ran) else 0


def _tell(ran: Ran) -> Ran:
    """Say how a notebook ran."""
    if ran.skipped:
        _write(f"{ran.name}: not run: {ran.skipped}")
    elif ran.problem:
        _write(f"{ran.name}: FAILED after {ran.seconds:.0f} s\n{ran.problem}")
    else:
        _write(
            f"{ran.name}: {ran.seconds:.0f} s ({ran.cpu_seconds:.0f} s of processor), "
            f"{ran.maps} maps"
        )
    return ran


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(path: Path, out: Path) -> Ran:
    """Run one notebook and keep its executed copy.

    Parameters
    ----------
    path
        The notebook, which stays as it is.
    out
        Folder of the copies; maps go into ``maps`` in it.

    Returns
    -------
    Ran
        How it went.
    """
    begin = time.monotonic()
    book = nbformat.read(path, as_version=4)
    missing = _missing(path.stem)
    if missing:
        _keep(book, out / path.name)
        return Ran(path.stem, 0.0, 0.0, 0, skipped=missing)
    maps: list[Path] = []
    problem = ""
    try:
        _execute(book, path, out / "maps", maps)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        problem = str(error)
    _keep(book, out / path.name)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.monotonic() - begin
    return Ran(
        path.stem, seconds, used.ru_utime + used.ru_stime, len(maps), problem or _warned(book)
    )


def _missing(name: str) -> str:
    """Return why a notebook cannot run here, empty where it can."""
    if name not in NEEDS:
        return ""
    study = studies_folder() / NEEDS[name]
    shelf = shelf_of_settings()
    absent = [w.address for w in wanted_files(study) if shelf.find(w.address) is None]
    if not absent:
        return ""
    return (
        f"{absent[0]} is not here. Remedy: infraplan fetch {study.stem}, or set INFRAPLAN_MIRROR "
        "to a folder that holds it"
    )


def _execute(book: NotebookNode, path: Path, folder: Path, maps: list[Path]) -> None:
    """Run the cells in a fresh kernel; a map that a cell shows becomes a page in a folder."""
    client = NotebookClient(
        book,
        timeout=MOST_SECONDS,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
        startup_timeout=MOST_SECONDS,
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    with client.setup_kernel():
        for index, cell in enumerate(book.cells):
            client.execute_cell(cell, index)
            if not any(WIDGET in o.get("data", {}) for o in cell.get("outputs", ())):
                continue
            page = folder / f"{path.stem}-{len(maps) + 1}.html"
            address = base64.b64encode(str(page).encode()).decode()
            save = nbformat.v4.new_code_cell(SAVE.format(address))
            client.execute_cell(save, index, store_history=False)
            book.cells[index] = cell  # the client has put the other one in its place
            maps.append(page)
            _show_page(cell, page)


def _show_page(cell: NotebookNode, page: Path) -> None:
    """Put a frame with the page in the place of the map."""
    text = page.read_text(encoding="utf-8")
    title = html.unescape(text.partition("<title>")[2].partition("</title>")[0])
    frame = (
        f'<iframe src="maps/{page.name}" title="{html.escape(title)}" loading="lazy" '
        f'style="width:100%;height:{HEIGHT_PX}px;border:1px solid #d5dade"></iframe>'
    )
    for output in cell.outputs:
        if WIDGET in output.get("data", {}):
            output["data"] = {"text/html": frame, "text/plain": title}


def _warned(book: NotebookNode) -> str:
    """Return what a notebook wrote as a warning; a reader should see none."""
    return "".join(
        str(output.get("text", ""))
        for cell in book.cells
        for output in cell.get("outputs", ())
        if output.get("name") == "stderr"
    )


def _keep(book: NotebookNode, path: Path) -> None:
    """Write an executed copy, without what differs from run to run."""
    kept: dict[str, Any] = json.loads(nbformat.writes(book))
    kept["metadata"] = {
        "kernelspec": kept["metadata"].get("kernelspec", {}),
        "language_info": {"name": "python"},
    }
    text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
