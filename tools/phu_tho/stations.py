"""Which operators run which technology on which mast, and how do their sectors look?"""

import csv

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phu_tho import figures
from phu_tho.masts import TOWN_PEOPLE
from phu_tho.people import regions
from phu_tho.terrain import Array

SECTORS = 3
# Operators' leaning towards 4G when masts are equally busy (assumed).
LEANING_4G = {
    "viettel": 0.4,
    "vinaphone": 0.2,
    "mobifone": 0.1,
    "vietnamobile": -0.2,
    "gmobile": -1.2,
}
AT_THE_SEAT = 20.0
# 46 dBm of power, 17 dBi of antenna gain, 1 dB of feeder loss; towns run with less.
EIRP_DBM = 62.0
EIRP_IN_TOWN_DBM = 58.0
BANDS = {"2G": "GSM900", "3G": "UMTS2100", "5G": "n28"}
BANDS_4G_TOWN = ("B3", "B7", "B1")
BANDS_4G_COUNTRY = ("B3", "B8")
SHARE_4G_TOWN = (0.6, 0.2, 0.2)
SHARE_4G_COUNTRY = (0.75, 0.25)


def stations(communes: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """List the stations: one row per site, operator and technology.

    Returns
    -------
    pandas.DataFrame
        Columns site (row in ``sites``), operator, technology; sorted by all three. Inside
        old Phú Thọ there are exactly as many as published, in all and in 4G.
    """
    rng = np.random.default_rng(figures.SEED_CELLS)
    pairs = pd.DataFrame(
        [(site, name) for site, names in enumerate(sites["tenants"]) for name in names],
        columns=["site", "operator"],
    )
    row = pairs["site"].to_numpy()
    busy = np.log1p(sites["people_near"].to_numpy())[row] / 1.3
    # The owner of the first mast of a commune, beside its seat, runs 4G there.
    first = ~sites["commune"].duplicated().to_numpy()[row]
    busy += AT_THE_SEAT * (first & (pairs["operator"] == sites["owner"].to_numpy()[row]))
    leaning = pairs["operator"].map(LEANING_4G).to_numpy()
    has = {name: np.zeros(len(pairs), bool) for name in ("2G", "3G", "4G", "5G")}
    in_calibrated = sites["calibrated"].to_numpy()[row]
    for inside, (_, factor) in zip((True, False), regions(communes), strict=True):
        group = np.flatnonzero(in_calibrated == inside)
        share = {
            "4G": round(figures.STATIONS_4G * factor),
            "3G": round(figures.STATIONS_3G * factor),
            "5G": round(figures.STATIONS_5G * factor),
        }
        share["2G"] = round(figures.STATIONS * factor) - sum(share.values())
        _switch_on(has, group, busy + leaning, share, rng)
    parts = [pairs[on].assign(technology=technology) for technology, on in has.items()]
    return pd.concat(parts).sort_values(["site", "operator", "technology"], ignore_index=True)


def _switch_on(
    has: dict[str, NDArray[np.bool_]],
    group: NDArray[np.intp],
    score: Array,
    share: dict[str, int],
    rng: np.random.Generator,
) -> None:
    """Give each technology to so many of a group of (site, operator) pairs, in place."""

    def best(values: Array, count: int) -> NDArray[np.intp]:
        if not 0 <= count <= len(group):
            msg = f"{count} stations do not fit on {len(group)} tenancies"
            raise figures.BuildError(msg)
        return group[np.argsort(-values, kind="stable")[:count]]

    own = score[group]
    has["4G"][best(own + rng.normal(0.0, 0.3, len(group)), share["4G"])] = True
    without = ~has["4G"][group]
    has["5G"][best(own - 100.0 * without + rng.normal(0.0, 0.2, len(group)), share["5G"])] = True
    # Every tenant without 4G still runs 2G: these masts can be shared or upgraded later.
    has["2G"][best(100.0 * without + rng.random(len(group)), share["2G"])] = True
    has["3G"][best(own + rng.normal(0.0, 1.0, len(group)), share["3G"])] = True


def cells(sites: pd.DataFrame, listed: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Give every station three sectors on one band.

    Parameters
    ----------
    sites
        From ``masts.build``.
    listed
        From ``stations``.
    villages
        With x, y (m) and people; the first sector looks towards the people nearby.

    Returns
    -------
    pandas.DataFrame
        The columns of the data dictionary except the origins, sorted by ``cell_id``.
    """
    rng = np.random.default_rng(figures.SEED_CELLS + 100)
    site = listed["site"].to_numpy()
    town = sites["people_near"].to_numpy()[site] > TOWN_PEOPLE
    technology = listed["technology"].to_numpy()
    drawn = np.where(
        town,
        rng.choice(BANDS_4G_TOWN, len(listed), p=SHARE_4G_TOWN),
        rng.choice(BANDS_4G_COUNTRY, len(listed), p=SHARE_4G_COUNTRY),
    )
    band = np.asarray([BANDS.get(t, b) for t, b in zip(technology, drawn, strict=True)])
    main = _towards_people(sites, villages)[site] + rng.normal(0.0, 12.0, len(listed))
    height = _antenna_heights(sites, listed, rng)
    eirp = np.where(town, EIRP_IN_TOWN_DBM, EIRP_DBM) + rng.integers(-2, 2, len(listed)) * 0.5
    eirp -= np.where(technology == "2G", 3.0, 0.0)
    tilt = np.where(town, rng.integers(5, 9, len(listed)), rng.integers(2, 6, len(listed)))
    table = _band_table()
    frames = []
    for sector in range(SECTORS):
        turn = main + 120.0 * sector + rng.normal(0.0, 8.0, len(listed))
        frames.append(
            pd.DataFrame(
                {
                    "site_id": sites["site_id"].to_numpy()[site],
                    "operator": listed["operator"].to_numpy(),
                    "technology": technology,
                    "band": band,
                    "frequency_mhz": [table[name][0] for name in band],
                    "bandwidth_mhz": [table[name][1] for name in band],
                    "azimuth_deg": np.round(turn).astype(int) % 360,
                    "tilt_deg": np.clip(tilt + rng.integers(-1, 2, len(listed)), 2, 8),
                    "eirp_dbm": eirp,
                    "height_m": height,
                }
            ).assign(sector=sector + 1)
        )
    found = pd.concat(frames, ignore_index=True)
    parts = [
        found[column].astype(str) for column in ("site_id", "operator", "technology", "sector")
    ]
    found.insert(0, "cell_id", parts[0] + "-" + parts[1] + "-" + parts[2] + "-" + parts[3])
    return found.drop(columns="sector").sort_values("cell_id", ignore_index=True)


def _towards_people(sites: pd.DataFrame, villages: pd.DataFrame) -> Array:
    """Give the direction in degrees from each mast to the biggest of its five next villages."""
    xy = villages[["x", "y"]].to_numpy()
    here = sites[["x", "y"]].to_numpy()
    near = np.asarray(cKDTree(xy).query(here, k=5)[1])
    people = villages["people"].to_numpy()[near]
    target = xy[near[np.arange(len(near)), np.argmax(people, axis=1)]]
    return np.asarray(np.degrees(np.arctan2(*(target - here).T)) % 360.0)


def _antenna_heights(sites: pd.DataFrame, listed: pd.DataFrame, rng: np.random.Generator) -> Array:
    """Stack tenants' antennas down the mast: the owner on top, 3 m for each of the others."""
    top = (sites["mast_height_m"] + sites["roof_height_m"]).to_numpy()[listed["site"]]
    on_roof = (sites["roof_height_m"] > 0).to_numpy()[listed["site"]]
    operators = listed["operator"].to_numpy()
    owner = sites["owner"].to_numpy()[listed["site"]]
    level = np.asarray(
        [
            0 if name == first else 1 + [t for t in tenants if t != first].index(name)
            for name, first, tenants in zip(
                operators, owner, sites["tenants"].to_numpy()[listed["site"]], strict=True
            )
        ]
    )
    lowered = np.where(on_roof, 0.5 * level, 1.0 + 3.0 * np.minimum(level, 2))
    height = top - lowered - rng.integers(0, 2, len(listed)) * 0.5
    return np.asarray(np.round(np.maximum(height, 20.0), 1))


def _band_table() -> dict[str, tuple[float, float]]:
    """Read frequency and bandwidth in MHz by band from the catalogue."""
    with (figures.CATALOG / "bands.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["band"]: (float(row["frequency_mhz"]), float(row["bandwidth_mhz"]))
            for row in csv.DictReader(file)
        }
