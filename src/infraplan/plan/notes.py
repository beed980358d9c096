"""What must a reader know before trusting a plan's prices and its certificate?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.wording import Text, count, money

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["plan_notes"]

_LEAST_VND = 1.0  # sums closer than this are equal


def plan_notes(
    sites: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    prices: pd.DataFrame,
    *,
    beyond: int,
    unspent_vnd: float,
) -> tuple[Text, ...]:
    """Say how the prices are known, what does not fit, and what the certificate leaves out.

    Parameters
    ----------
    sites, links
        What is built.
    prices
        Prices used, with their origin.
    beyond
        Chosen sites that the yearly budgets do not reach.
    unspent_vnd
        Money of all years that nothing is built for.

    Returns
    -------
    tuple of Text
        Whole sentences in both languages.
    """
    notes = [
        Text(
            vi="Tiền chưa chi trong một năm được chuyển sang năm sau.",
            en="Money left over in a year is added to the next year's.",
        )
    ]
    assumed = ", ".join(prices.loc[prices["origin"] == "assumed", "item"])
    if assumed:
        notes.append(
            Text(
                vi=f"Đơn giá giả định, chưa có số liệu công bố làm căn cứ: {assumed}.",
                en=f"Prices assumed, with no public figure behind them: {assumed}.",
            )
        )
    if beyond:
        notes.append(_beyond(beyond))
    shared_vnd = _saved_by_sharing_vnd(sites, links)
    if shared_vnd >= _LEAST_VND and unspent_vnd >= _LEAST_VND:
        notes.append(_unspent(shared_vnd, unspent_vnd))
    return tuple(notes)


def _saved_by_sharing_vnd(sites: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> float:
    """Return by how much the links cost less than one link each; 0 where none was priced."""
    if "link_estimate_vnd" not in sites:
        return 0.0
    return float(sites["link_estimate_vnd"].sum() - links["capex_vnd"].sum())


def _beyond(beyond: int) -> Text:
    number = count(beyond)
    return Text(
        vi=(
            f"Số vị trí đã chọn nhưng vượt kinh phí các năm khi tính cả tuyến truyền dẫn: "
            f"{number.vi}; chứng nhận là của toàn bộ phương án chọn."
        ),
        en=(
            "Chosen sites that do not fit into the yearly budgets once their links are paid: "
            f"{number.en}; the certified gap is that of the whole choice."
        ),
    )


def _unspent(shared_vnd: float, unspent_vnd: float) -> Text:
    shared, unspent = money(shared_vnd), money(unspent_vnd)
    return Text(
        vi=(
            "Khi chọn vị trí, tuyến truyền dẫn của mỗi vị trí được tính giá riêng; các tuyến dùng "
            f"chung cáp rẻ hơn {shared.vi}, và còn {unspent.vi} chưa chi. Với số tiền này có thể "
            "còn phương án phục vụ thêm người dân; chứng nhận không xét tới điều đó."
        ),
        en=(
            "While choosing, each site's link was priced on its own; links that share fibre cost "
            f"{shared.en} less, and {unspent.en} stays unspent. A choice that spends it may serve "
            "more people; the certificate does not speak of it."
        ),
    )
