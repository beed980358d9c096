"""What does the process do that tries out masts? It prepares a bundle once, then answers.

Started as ``python -m infraplan_api.preview.worker FOLDER SHA256 MEMORY_MB``. It reads one request
a line from its input and writes one answer a line: a sign and JSON. It ends with its input.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
import json
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import rasterio

from infraplan import study as studies
from infraplan.errors import Fault, InfraplanError, InputError
from infraplan.results import Mast
from infraplan.workflow.whatif import BundleLevels, PreviewScene, preview, preview_scene
from infraplan_api.jobs.modest import be_modest
from infraplan_api.models.preview import PreviewRequest
from infraplan_api.preview.answer import answer_of
from infraplan_api.preview.signs import ANSWER, FAILED, FAULTS, READY, REPLACED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

__all__ = ["ReplacedError", "main", "prepare"]

_MANIFEST, _PROPOSALS = "manifest.json", "collections/proposals.parquet"
_NICE = 5
"""Behind reads, before jobs."""
_RASTER_CACHE_MB = 8
_LOG = logging.getLogger(__name__)


class ReplacedError(Exception):
    """Another bundle lies in the folder."""


def main() -> None:
    """Prepare a bundle and answer until the input ends."""
    folder, sha256, memory_mb = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    be_modest(memory_mb, nice=_NICE)
    answers = _own_output()
    with rasterio.Env(GDAL_CACHEMAX=_RASTER_CACHE_MB):
        _serve(answers, folder, sha256)


def _serve(answers: BinaryIO, folder: Path, sha256: str) -> None:
    """Prepare a bundle, say so, and answer line by line."""
    try:
        scene, manifest = prepare(folder, sha256)
    except ReplacedError:
        _send(answers, REPLACED, None)
        return
    except (InfraplanError, OSError, KeyError, ValueError) as error:
        _send(answers, FAILED, str(error))
        return
    _send(answers, READY, None)
    for line in sys.stdin.buffer:
        sign, said = _answer(scene, manifest, sha256, line)
        answers.write(sign + said + b"\n")
        answers.flush()
        del line, said
        _give_back()


def _own_output() -> BinaryIO:
    """Keep the output for answers; whatever a library prints goes to the log."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _send(answers: BinaryIO, sign: bytes, said: object) -> None:
    answers.write(sign + json.dumps(said).encode() + b"\n")
    answers.flush()


def prepare(folder: Path, sha256: str) -> tuple[PreviewScene, Mapping[str, Any]]:
    """Open the bundle that the manifest describes, and try a first mast.

    Parameters
    ----------
    folder
        The bundle.
    sha256
        Digest that its manifest must have.

    Returns
    -------
    tuple of PreviewScene and Mapping
        What masts are tried out on, and the manifest.

    Raises
    ------
    ReplacedError
        If another bundle lies in the folder.
    InfraplanError, OSError, KeyError, ValueError
        If the bundle cannot be read, or a file is not the one that its manifest lists.
    """
    described = (folder / _MANIFEST).read_bytes()
    manifest: dict[str, Any] = json.loads(described)
    study = studies.load(folder / "study")
    technology = str(manifest["technology"])
    for name in manifest["outputs"]:
        if name.startswith(f"service_class_{technology}_") or name == _PROPOSALS:
            _verify(folder / name, manifest["outputs"][name]["sha256"])
    levels = BundleLevels(
        folder,
        technology=technology,
        operators=manifest["operators"],
        years=manifest["class_years"][technology],
        grid=study.grid,
    )
    proposals = None
    if _PROPOSALS in manifest["outputs"]:
        proposals = gpd.read_parquet(folder / _PROPOSALS)
    found = hashlib.sha256((folder / _MANIFEST).read_bytes()).hexdigest()
    if not sha256 == found == hashlib.sha256(described).hexdigest():
        raise ReplacedError
    scene = preview_scene(study, levels, proposals=proposals)
    del study, proposals
    _warm(scene)
    gc.collect()
    _give_back()
    return scene, manifest


def _verify(path: Path, expected: str) -> None:
    """Refuse a file that is not the one that the manifest lists."""
    if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
        problem = "its digest is not the one in manifest.json"
        raise InputError([Fault(path.name, problem, "make the bundle again (infraplan run)")])


def _warm(scene: PreviewScene) -> None:
    """Try a mast in the first commune, so that the first request finds everything loaded."""
    inside = scene.study.communes.geometry.iloc[[0]].representative_point()
    place = inside.to_crs("EPSG:4326").iloc[0]
    mast = Mast(lon=place.x, lat=place.y, operator=scene.levels.operators[0])
    with contextlib.suppress(InfraplanError):
        preview(scene, [mast])


def _give_back() -> None:
    """Give memory back that preparing or an answer took, where the system's library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def _answer(
    scene: PreviewScene, manifest: Mapping[str, Any], sha256: str, line: bytes
) -> tuple[bytes, bytes]:
    """Answer one request."""
    inputs = PreviewRequest.model_validate_json(line).inputs
    try:
        found = preview(
            scene,
            inputs.masts,
            environment=inputs.environment,
            level=inputs.level,
            year=inputs.year,
        )
    except InputError as error:
        return FAULTS, json.dumps([str(fault) for fault in error.faults]).encode()
    except InfraplanError as error:
        _LOG.warning("a mast could not be tried out: %s", error)
        return FAULTS, json.dumps([str(error)]).encode()
    answer = answer_of(
        found,
        crs=scene.study.crs,
        study_id=str(manifest["study"]["id"]),
        bundle_sha256=sha256,
    )
    return ANSWER, answer.model_dump_json().encode()


if __name__ == "__main__":
    main()
