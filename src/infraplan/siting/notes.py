"""What does a choice of sites assume, and for what does its certificate hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.siting.demand_columns import SINGLE_OPERATOR
from infraplan.siting.rules import rules
from infraplan.wording import Text, count, decimal, money, percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.results import Equity
    from infraplan.siting.reach import Reach

__all__ = ["choice_notes"]


def choice_notes(
    reach: Reach, link_vnd: NDArray[np.float64] | None, equity: Equity | None
) -> tuple[Text, ...]:
    """Say what the choice assumes.

    Parameters
    ----------
    reach
        What the candidates serve.
    link_vnd
        Price of a link for each candidate, NaN where none can be laid; None without prices.
    equity
        What a floor does; None without one.
    """
    notes = [_sectors_note(reach.threshold_dbm), _operators_note()]
    if (reach.demand.kind == SINGLE_OPERATOR).any():
        notes.append(_sharing_note())
    if equity is not None:
        notes.append(_equity_note(equity))
    return (*notes, *_link_notes(link_vnd))


def _sectors_note(threshold_dbm: float) -> Text:
    azimuths = rules().azimuths_deg
    facing = ", ".join(f"{azimuth:g}" for azimuth in azimuths)
    level = decimal(threshold_dbm, 0)
    return Text(
        vi=(
            f"Mỗi vị trí đề xuất được tính với {len(azimuths)} sector (hướng {facing} độ), phục vụ "
            f"từ mức {level.vi} dBm trở lên; công suất và băng tần lấy từ danh mục, chiều cao cột "
            "được chọn cùng với vị trí."
        ),
        en=(
            f"A proposed site is taken as {len(azimuths)} sectors ({facing} degrees) that serve "
            f"from {level.en} dBm; its power and band are catalogue rows, its height is chosen "
            "with the site."
        ),
    )


def _operators_note() -> Text:
    return Text(
        vi=(
            "Nơi nhu cầu không nêu tên doanh nghiệp, doanh nghiệp sử dụng vị trí là giả định: "
            "doanh nghiệp đã có thiết bị trên cột mà chưa có 4G, hoặc doanh nghiệp có nhiều cell "
            "4G nhất."
        ),
        en=(
            "Where no demand names an operator, who uses a site is assumed: an operator whose "
            "equipment hangs on the mast without 4G, else the one with most 4G cells."
        ),
    )


def _sharing_note() -> Text:
    return Text(
        vi=(
            "Điểm chỉ có một doanh nghiệp được giải quyết bằng dùng chung cột trước; cột mới chỉ "
            "được tính cho những điểm mà không cột hiện có nào phục vụ được."
        ),
        en=(
            "Spots of a single operator are closed by sharing first: a new mast counts there only "
            "where no existing mast could serve them."
        ),
    )


def _equity_note(equity: Equity) -> Text:
    floor, with_, without = (
        percent(share) for share in (equity.floor_share, equity.served_share, equity.without_share)
    )
    price = money(equity.price_vnd)
    return Text(
        vi=(
            f"Ít nhất {floor.vi} nhu cầu với tới được của các thôn đặc biệt khó khăn phải được "
            f"phục vụ: đạt {with_.vi}, không có mức sàn này là {without.vi}. Công bằng tốn "
            f"{price.vi}: phần kinh phí còn lại nếu phục vụ chừng ấy nhu cầu theo cách rẻ nhất."
        ),
        en=(
            f"At least {floor.en} of the reachable demand of especially difficult villages has to "
            f"be served: {with_.en} is, and without the floor {without.en}. Equity costs "
            f"{price.en}: what the budget would leave if as much were served in the cheapest way."
        ),
    )


def _link_notes(link_vnd: NDArray[np.float64] | None) -> tuple[Text, ...]:
    """Say for which links the certificate holds, and which candidates had none."""
    if link_vnd is None:
        return (
            Text(
                vi="Vị trí được chọn khi chưa tính giá tuyến truyền dẫn; chứng nhận cũng vậy.",
                en="Sites were chosen without the price of their links; so is the certificate.",
            ),
        )
    certificate = Text(
        vi=(
            "Chứng nhận về các vị trí đúng với giá tuyến truyền dẫn đã dùng khi chọn; nếu các "
            "tuyến dùng chung cáp theo cách khác, có thể còn phương án tốt hơn."
        ),
        en=(
            "The certificate of the sites holds at the prices of links that the choice was made "
            "with; where links share fibre in another way, a better choice may exist."
        ),
    )
    left_out = int(np.isnan(link_vnd).sum())
    if not left_out:
        return (certificate,)
    number = count(left_out)
    lost = Text(
        vi=f"Số vị trí ứng viên bị bỏ vì không có đường nối tới nút cáp quang: {number.vi}.",
        en=f"Candidates left out because no road links them to a fibre node: {number.en}.",
    )
    return certificate, lost
