"""How many requests does the service answer in time, on one core, beside pygeoapi?

Prints markdown. Needs a bundle (``infraplan run phu-tho --out out/phu-tho``) and two cores: the
server has the first, the load comes from the second. All on 127.0.0.1, and it ends by itself.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import math
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from api_load import Ask, Load, fetch, load
from api_peer_pygeoapi import write_pygeoapi
from api_server import free_port, serving
from measure import machine, versions
from pages import update_pages

if TYPE_CHECKING:
    from api_server import Server

_BROWSER: Final = {"accept-encoding": "gzip, br, zstd", "accept": "*/*"}
_READS_PER_S, _TILES_PER_S = 1000.0, 100.0
_VECTORS: Final = ("communes", "villages", "gaps", "proposals", "roads")
_SEED: Final = 1
_MAIN: Final = "from infraplan.cli import main; main()"
_OK, _UNCHANGED = 200, 304


def main(arguments: list[str] | None = None) -> None:
    """Measure everything and print it."""
    options = _parser().parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        cores = os.sched_getaffinity(0)
        rows = _measure(options, cores)
    else:
        rows = _measure(options, set())
    head = (
        "| request | asked per s | answered per s | p50, ms | p99, ms | worst, ms | goal |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n"
    )
    conditions = f"{machine()}; {versions('infraplan', 'fastapi', 'uvicorn', 'pygeoapi')}."
    text = f"{conditions}\n\n{head}" + "\n".join(rows)
    print(text)
    update_pages(options.update, {"api: load": text})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", nargs="?", type=Path, default=Path("out/phu-tho"))
    parser.add_argument("--seconds", type=float, default=20.0, help="of each load")
    parser.add_argument("--no-peers", action="store_true", help="infraplan alone")
    parser.add_argument("--update", nargs="+", type=Path, default=[], help="pages to renew")
    return parser


def _measure(options: argparse.Namespace, cores: set[int]) -> list[str]:
    """Run our server, then the peer; this process keeps off the server's core meanwhile."""
    bundle = options.bundle.resolve()
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    rows = []
    with tempfile.TemporaryDirectory() as place:
        port = free_port()
        state = str(Path(place) / "state")
        command = ["-c", _MAIN, "serve", str(bundle), "--port", str(port), "--no-log"]
        command += ["--state", state]
        log = Path(place) / "log"
        with serving(command, port=port, ready="/readyz", log=log) as server:
            _keep_off(cores)
            rows += _ours(server, bundle, manifest, options.seconds)
        if not options.no_peers and importlib.util.find_spec("pygeoapi"):
            port = free_port()
            env = write_pygeoapi(bundle, Path(place), port=port)
            command = ["-m", "uvicorn", "pygeoapi.starlette_app:APP", "--port", str(port)]
            command += ["--log-level", "error"]
            ready = "/collections/communes?f=json"
            with serving(command, port=port, ready=ready, log=log, env=env) as server:
                rows += _peer(server, bundle)
    return rows


def _keep_off(cores: set[int]) -> None:
    """Leave the first core to the server."""
    if len(cores) > 1:
        os.sched_setaffinity(0, cores - {min(cores)})


def _ours(server: Server, bundle: Path, manifest: dict[str, Any], seconds: float) -> list[str]:
    """Measure the reads that matter most, first times first."""
    rng = np.random.default_rng(_SEED)
    vector, raster = _tiles(server.port, manifest, int(seconds * _TILES_PER_S), rng)
    codes = _codes(bundle)
    reads = int(seconds * _READS_PER_S)
    plain = [Ask(f"/v1/communes/{codes[i % len(codes)]}/coverage", _BROWSER) for i in range(reads)]
    load(server.port, plain[: len(codes)], per_s=None)
    usual = load(server.port, plain, per_s=_READS_PER_S)
    asks = [_coverage(codes[i], manifest, rng) for i in rng.integers(len(codes), size=reads)]
    first = load(server.port, asks, per_s=_READS_PER_S)
    tags: dict[str, str] = {}
    known = [_tagged(server.port, ask, tags) for ask in asks]
    unchanged = load(server.port, known, per_s=_READS_PER_S)
    rows = [
        _row(
            "`/communes/{code}/coverage`, the 148 communes, each asked before",
            _READS_PER_S,
            usual,
            "p99 ≤ 15 ms",
        ),
        _row("… with parameters by chance, nearly each a first time", _READS_PER_S, first, ""),
        _row("… with parameters and its ETag: 304", _READS_PER_S, unchanged, "p99 ≤ 5 ms"),
        _row(
            "vector tiles", _TILES_PER_S, load(server.port, vector, per_s=_TILES_PER_S), "≤ 60 ms"
        ),
        _row(
            "PNG tiles: six operators, two years",
            _TILES_PER_S,
            load(server.port, raster, per_s=_TILES_PER_S),
            "≤ 60 ms",
        ),
        (
            f"| start-up {server.start_s:.1f} s (goal 3 s), peak memory {server.peak_mb:.0f} MB "
            "(goal 500 MB) | | | | | | |"
        ),
    ]
    wrong = {s for s in (*first.statuses, *unchanged.statuses) if s not in {_OK, _UNCHANGED}}
    if wrong or set(unchanged.statuses) != {_UNCHANGED}:
        raise RuntimeError(f"answers were {first.statuses} and {unchanged.statuses}")
    return rows


def _codes(bundle: Path) -> list[str]:
    with (bundle / "communes.csv").open(encoding="utf-8-sig", newline="") as stream:
        return sorted(row["code"] for row in csv.DictReader(stream))


def _coverage(code: str, manifest: dict[str, Any], rng: np.random.Generator) -> Ask:
    """Return one of the many questions about a commune."""
    query = []
    for name, values in (
        ("operator", [*manifest["operators"], "all"]),
        ("environment", manifest["environments"]),
        ("level", ["weak", "served", "good", "strong_indoors"]),
        ("year", [*manifest["years"], "all"]),
    ):
        chosen = rng.integers(len(values) + 1)
        if chosen < len(values):
            query.append(f"{name}={values[chosen]}")
    return Ask(f"/v1/communes/{code}/coverage" + "?" * bool(query) + "&".join(query), _BROWSER)


def _tagged(port: int, ask: Ask, tags: dict[str, str]) -> Ask:
    """Return a question with the tag of its answer."""
    if ask.path not in tags:
        status, headers, body = fetch(port, ask)
        if status != _OK:
            raise RuntimeError(f"{ask.path}: {status} {body[:300]!r}")
        tags[ask.path] = headers["etag"]
    return Ask(ask.path, {**ask.headers, "if-none-match": tags[ask.path]})


def _tiles(
    port: int, manifest: dict[str, Any], count: int, rng: np.random.Generator
) -> tuple[list[Ask], list[Ask]]:
    """Return tiles of the province at the zooms that people use, chosen by chance."""
    _, _, body = fetch(port, Ask("/v1/collections/communes?f=json", {}))
    west, south, east, north = json.loads(body)["extent"]["spatial"]["bbox"][0]
    layers = [f"service_class_4G_outdoors_{name}" for name in manifest["operators"]]
    years = [manifest["years"][0], manifest["years"][-1]]
    vector, raster = [], []
    for number in range(count):
        zoom = int(rng.integers(8, 13))
        lon, lat = rng.uniform(west, east), rng.uniform(south, north)
        column, row = _tile(lon, lat, zoom)
        end = f"tiles/WebMercatorQuad/{zoom}/{row}/{column}"
        vector.append(Ask(f"/v1/collections/{_VECTORS[number % len(_VECTORS)]}/{end}", _BROWSER))
        layer = layers[int(rng.integers(len(layers)))]
        year = years[int(rng.integers(len(years)))]
        raster.append(Ask(f"/v1/coverage/{layer}/{end}?year={year}", _BROWSER))
    return vector, raster


def _tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return column and row of the Web Mercator tile at a place."""
    north = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * 2**zoom), int((1 - north / math.pi) / 2 * 2**zoom)


def _peer(server: Server, bundle: Path) -> list[str]:
    """Measure pygeoapi one request after the other: what it can at most on one core."""
    communes = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))["totals"]
    codes = _peer_codes(server.port, int(communes["communes"]))
    asks = [Ask(f"/collections/communes/items/{code}?f=json", _BROWSER) for code in codes]
    found = load(server.port, asks, per_s=None)
    return [
        _row("pygeoapi: the same communes as items of GeoJSON", None, found, ""),
        (
            f"| pygeoapi: start-up {server.start_s:.1f} s, peak memory {server.peak_mb:.0f} MB "
            "| | | | | | |"
        ),
    ]


def _peer_codes(port: int, count: int) -> list[str]:
    path = f"/collections/communes/items?f=json&limit={count}&skipGeometry=true"
    _, _, body = fetch(port, Ask(path, {}))
    return [str(feature["id"]) for feature in json.loads(body)["features"]]


def _row(what: str, per_s: float | None, found: Load, goal: str) -> str:
    asked = "one after the other" if per_s is None else f"{per_s:,.0f}"
    said = ", ".join(f"{n:,} × {s}" for s, n in found.statuses.items() if s != _OK)
    return (
        f"| {what}{f' ({said})' if said else ''} | {asked} | {found.rate:,.0f} | "
        f"{found.percentile(0.5):.2f} | {found.percentile(0.99):.2f} | "
        f"{found.latency_ms.max():.1f} | {goal} |"
    )


if __name__ == "__main__":
    main()
