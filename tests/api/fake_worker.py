"""Behaves as a job's input says: the process of a job for tests of who watches it."""

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])
asked = json.loads((folder / "request.json").read_text())
with (folder / "events.jsonl").open("a") as stream:
    stream.write(json.dumps({"kind": "try", "stage": "x", "at_s": 0, "pid": os.getpid()}) + "\n")
first = (folder / "events.jsonl").read_text().count("\n") == 1
mode = asked["inputs"]["mode"]
(folder / "results.partial").mkdir(exist_ok=True)
(folder / "stages").mkdir(exist_ok=True)
if mode == "sleep":
    runpy.run_path(asked["inputs"]["lifeline"])["hold"]()
    child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(100)"])
    (folder / "child").write_text(str(child.pid))
    (folder / "child").rename(folder / "child.pid")
    time.sleep(100)
if mode == "crash" or (mode == "crash once" and first):
    subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(100)"])
    os.kill(os.getpid(), signal.SIGKILL)
if mode == "refuse":
    (folder / "problem.json").write_text(json.dumps({"title": "No", "detail": "Not so."}))
    sys.exit(1)
(folder / "results.partial").rename(folder / "results")
sys.exit(7 if mode == "late word" else 0)
