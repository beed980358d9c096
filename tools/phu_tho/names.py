"""What are the simulated villages called? Plausible names, none of them real on purpose."""

import numpy as np

FIRST = (
    "An", "Bình", "Cẩm", "Chiềng", "Đại", "Đồi", "Đồng", "Đức", "Gò", "Hạ", "Hòa", "Hồng",
    "Hưng", "Khe", "Kim", "Lạc", "Liên", "Long", "Mai", "Minh", "Mường", "Nà", "Ngọc", "Phú",
    "Phúc", "Quang", "Sơn", "Suối", "Tân", "Thanh", "Thượng", "Trung", "Vân", "Vĩnh", "Xuân", "Yên",
)  # fmt: skip
LAST = (
    "Bái", "Cát", "Chùa", "Dương", "Đình", "Đông", "Giang", "Hà", "Hải", "Hậu", "Khánh", "Lai",
    "Lâm", "Lập", "Lĩnh", "Lộc", "Lương", "Mỹ", "Nam", "Nghĩa", "Phong", "Quế", "Sen", "Tây",
    "Thắng", "Thịnh", "Thọ", "Tiến", "Trại", "Trang", "Trì", "Vượng",
)  # fmt: skip
UNIT_IN_THE_COUNTRY = {"phu-tho": "Khu", "vinh-phuc": "Thôn", "hoa-binh": "Xóm"}
UNIT_IN_A_WARD = "Tổ dân phố"
UNIT_IN_THE_HILLS = "Bản"


def village_names(
    count: int, *, is_ward: bool, old_province: str, in_hills: list[bool], rng: np.random.Generator
) -> list[str]:
    """Name the villages of one commune, each name once.

    Parameters
    ----------
    count
        Number of villages.
    is_ward
        Whether the commune is a ward (phường), where units have numbers.
    old_province
        Key of the old province, which sets the word for a village.
    in_hills
        For each village, whether it is high and far enough to be called a hill village.
    rng
        Seeded generator.
    """
    if is_ward:
        return [f"{UNIT_IN_A_WARD} số {number}" for number in range(1, count + 1)]
    unit = UNIT_IN_THE_COUNTRY[old_province]
    numbered = old_province == "phu-tho"
    pairs = rng.permutation(len(FIRST) * len(LAST))[:count]
    names = []
    for number, (pair, hill) in enumerate(zip(pairs.tolist(), in_hills, strict=True), start=1):
        words = f"{FIRST[pair // len(LAST)]} {LAST[pair % len(LAST)]}"
        plain = f"{unit} {number}" if numbered else f"{unit} {words}"
        names.append(f"{UNIT_IN_THE_HILLS} {words}" if hill else plain)
    return names
