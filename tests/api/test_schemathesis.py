"""Does the service keep every promise of its own OpenAPI text, whatever it is asked?

Schemathesis makes requests from the text, right and wrong ones, and checks every answer against it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from infraplan_api import create_app
from infraplan_api.access import KeyStore
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from fastapi import FastAPI

pytestmark = pytest.mark.slow

EXAMPLES = 5
CONFIG = Path(__file__).with_name("schemathesis.toml")
PROGRAM = Path(sys.executable).with_name("schemathesis")
MAST = {"lon": 105.05, "lat": 21.05, "operator": "viettel"}


def test_all_checks_of_schemathesis_pass(
    bundle_folder: Path,
    tmp_path: Path,
    serving: Callable[[FastAPI], AbstractContextManager[str]],
) -> None:
    key = KeyStore(tmp_path).add("schemathesis", scopes=["plan", "admin"], days=1)
    limits = Settings(
        folder=bundle_folder,
        state=tmp_path,
        job_workers=0,  # jobs wait for ever: their work is tested elsewhere
        jobs_waiting=1_000_000,
        stream_s=0.05,
        writes_per_minute=1_000_000,
        writes_burst=1_000_000,
    )
    header = {"X-API-Key": key.text}
    with serving(create_app(settings=limits)) as address:
        tried = f"{address}/v1/processes/preview/execution"
        first = httpx.post(tried, json={"inputs": {"masts": [MAST]}}, headers=header, timeout=300)
        assert first.status_code == 200  # the process that tries masts out has begun
        command = [PROGRAM, "--config-file", CONFIG, "run", f"{address}/v1/openapi.json"]
        command += ["--max-examples", str(EXAMPLES)]
        command += ["--header", f"X-API-Key: {key.text}"]
        command += ["--generation-deterministic", "--no-color"]
        command += ["--request-timeout", "300", "--max-response-time", "300"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
