"""How long does a planner wait for a what-if mast, and what does the service take meanwhile?

Prints markdown. Needs a bundle (``infraplan run phu-tho --out out/phu-tho``). The server and its
process for what-if masts share the first core; the questions come from here. All on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from api_server import free_port, serving
from infraplan_api.access import KeyStore
from measure import machine, versions
from pages import update_pages

if TYPE_CHECKING:
    from api_server import Server

_MAIN: Final = "from infraplan.cli import main; main()"
_PATH: Final = "/v1/processes/preview/execution"
_SEED: Final = 1
_MOST_MASTS: Final = 20
_HEIGHTS_M: Final = (15.0, 30.0, 42.0, 60.0, 100.0)
_LIMIT_S: Final = 60.0
_AGAIN: Final = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class _Asking:
    """A planner who asks one server."""

    server: Server
    key: str

    def masts(self, masts: list[dict[str, Any]]) -> float:
        """Try masts out, again while the service says so; return how long that took, s."""
        begin = time.perf_counter()
        while True:
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.server.port}{_PATH}",
                data=json.dumps({"inputs": {"masts": masts}}).encode(),
                headers={"content-type": "application/json", "x-api-key": self.key},
            )
            try:
                with urllib.request.urlopen(request, timeout=_LIMIT_S) as answer:  # noqa: S310
                    answer.read()
                    return time.perf_counter() - begin
            except urllib.error.HTTPError as error:
                if error.code not in _AGAIN:
                    raise
                time.sleep(float(error.headers["retry-after"]))


def main(arguments: list[str] | None = None) -> None:
    """Measure and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", nargs="?", type=Path, default=Path("out/phu-tho"))
    parser.add_argument("--masts", type=int, default=50, help="places that are tried")
    parser.add_argument("--warm", type=float, default=10.0, help="seconds before the first, s")
    parser.add_argument("--update", nargs="+", type=Path, default=[], help="pages to renew")
    options = parser.parse_args(arguments)
    head = "| what-if | median | worst | goal |\n| --- | ---: | ---: | --- |\n"
    rows = _measure(options.bundle.resolve(), count=options.masts, warm_s=options.warm)
    text = f"{machine()}; {versions('infraplan', 'uvicorn')}.\n\n{head}" + "\n".join(rows)
    print(text)
    update_pages(options.update, {"api: what-if": text})


def _measure(bundle: Path, *, count: int, warm_s: float) -> list[str]:
    """Ask a server of its own."""
    study = json.loads((bundle / "study" / "study.json").read_text(encoding="utf-8"))
    cell_m = float(study["grid"]["cell_size_m"])
    masts = _masts(bundle, count)
    with tempfile.TemporaryDirectory() as place:
        state, port = Path(place) / "state", free_port()
        key = KeyStore(state).add("benchmark", scopes=["plan"], days=1).text
        command = ["-c", _MAIN, "serve", str(bundle), "--port", str(port), "--no-log"]
        command += ["--state", str(state)]
        log = Path(place) / "log"
        with serving(command, port=port, ready="/readyz", log=log) as server:
            asking = _Asking(server, key)
            time.sleep(warm_s)
            first_s = asking.masts(masts[:1])
            each_s = np.array([asking.masts([mast]) for mast in masts])
            many_s = asking.masts(masts[:_MOST_MASTS])
            memory = _memory(server.pid)
    return [
        f"| the first, {warm_s:g} s after the server | {first_s:.2f} s | | about 1 s |",
        (
            f"| one mast of 15 km reach at {cell_m:g} m, {count} places | "
            f"{np.median(each_s):.2f} s | {each_s.max():.2f} s | ≤ 1 s at 30 m |"
        ),
        f"| {len(masts[:_MOST_MASTS])} masts at once | {many_s:.1f} s | | |",
        memory,
    ]


def _masts(bundle: Path, count: int) -> list[dict[str, Any]]:
    """Return masts at places within the communes, chosen by chance."""
    rng = np.random.default_rng(_SEED)
    communes = gpd.read_parquet(bundle / "collections" / "communes.parquet")
    chosen = communes.geometry.iloc[rng.integers(len(communes), size=count)]
    places = chosen.sample_points(1, rng=rng).get_coordinates().to_numpy()
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    cells = pd.read_csv(bundle / "cells.csv", usecols=["operator", "technology"])
    operators = sorted(set(cells.loc[cells["technology"] == manifest["technology"], "operator"]))
    return [
        {
            "lon": float(lon),
            "lat": float(lat),
            "operator": str(rng.choice(operators)),
            "height_m": float(rng.choice(_HEIGHTS_M)),
        }
        for lon, lat in places
    ]


def _memory(pid: int) -> str:
    """Say what the server and the processes it started take now, shared pages by their share."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.is_file():
        return "| memory | not known here | | |"
    found = sorted(
        {
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text(encoding="ascii").split()
        }
    )
    own_mb, other_mb = _pss_mb(pid), sum(_pss_mb(child) for child in found)
    return (
        f"| memory: server {own_mb:.0f} MB + what-if {other_mb:.0f} MB (PSS) | "
        f"{own_mb + other_mb:.0f} MB | | ≤ 500 MB |"
    )


def _pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024.0


if __name__ == "__main__":
    main()
