"""What does a choice of sites assume, and for what does its certificate hold?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from infraplan.siting.demand_columns import SINGLE_OPERATOR
from infraplan.siting.demand_villages import village_names
from infraplan.siting.rules import rules
from infraplan.wording import Text, count, decimal, money, percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.results import Equity
    from infraplan.siting.choose_model import Model
    from infraplan.siting.reach import Reach
    from infraplan.study import Study

__all__ = ["choice_notes"]


def choice_notes(
    study: Study,
    reach: Reach,
    model: Model,
    link_vnd: NDArray[np.float64] | None,
    equity: Equity | None,
) -> tuple[Text, ...]:
    """Say what the choice assumes.

    Parameters
    ----------
    study
        Its villages.
    reach, model
        What the candidates serve, and which of them can be linked.
    link_vnd
        Price of the link of each option, NaN where none can be laid; None without prices.
    equity
        What a floor does; None without one.
    """
    notes = [_sectors_note(reach.threshold_dbm), _operators_note()]
    if (reach.demand.kind == SINGLE_OPERATOR).any():
        notes.append(_sharing_note())
    if equity is not None:
        notes.append(_equity_note(equity))
    return (*notes, *_link_notes(study, reach, model, link_vnd))


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
            f"{price.vi}: phần chi nhiều hơn so với cách rẻ nhất phục vụ chừng ấy nhu cầu."
        ),
        en=(
            f"At least {floor.en} of the reachable demand of especially difficult villages has to "
            f"be served: {with_.en} is, and without the floor {without.en}. Equity costs "
            f"{price.en}: what is spent beyond the cheapest way to serve as much."
        ),
    )


def _link_notes(
    study: Study, reach: Reach, model: Model, link_vnd: NDArray[np.float64] | None
) -> tuple[Text, ...]:
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
            "The certificate of the sites holds at the link prices they were chosen with; with "
            "fibre shared in another way a better choice may exist."
        ),
    )
    place = reach.options.place
    left_out = len(np.setdiff1d(place, model.place))
    return (certificate, _lost_note(study, reach, model, left_out)) if left_out else (certificate,)


def _lost_note(study: Study, reach: Reach, model: Model, left_out: int) -> Text:
    """Say how many candidates have no link, who stays without service so, and what would help."""
    lost = reach.demand.asks_first_signal() & ~model.reachable
    lost[lost] = np.isin(np.flatnonzero(lost), reach.served().indices)
    number, all_ = count(left_out), count(len(np.unique(reach.options.place)))
    people = count(math.fsum(reach.demand.people[lost]))
    names = village_names(study, reach.demand.village[lost], reach.demand.people[lost])
    listed = f" ({names})" if names else ""
    return Text(
        vi=(
            f"Số vị trí ứng viên bị bỏ vì không có đường hay tuyến vi ba nào nối tới mạng hiện có: "
            f"{number.vi} trên {all_.vi}; {people.vi} người chỉ có thể được các vị trí ấy phục "
            f"vụ{listed}. Cách khắc phục: bổ sung đường, cáp hay nút cáp quang còn thiếu vào "
            "nghiên cứu, cho phép vi ba hoặc cột cao hơn."
        ),
        en=(
            f"Candidates left out because no road or hop links them to the network that stands: "
            f"{number.en} of {all_.en}; {people.en} people could be served from these "
            f"alone{listed}. Remedy: add the missing road, cable or fibre node to the study, "
            "allow microwave or taller masts."
        ),
    )
