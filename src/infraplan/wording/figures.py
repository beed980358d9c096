"""How are a number, a share, an amount and a length written in Vietnamese and in English?"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

from infraplan.units import KM_PER_M
from infraplan.wording.text import MISSING, Text

__all__ = [
    "area",
    "count",
    "decimal",
    "height",
    "is_proven",
    "length",
    "money",
    "money_range",
    "percent",
    "percent_at_most",
]

_MILLIARD, _MILLION = 1e9, 1e6
_PERCENT = 100.0
_KM2_PER_M2 = KM_PER_M**2
_ROUNDING_SHARE = 1e-9
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


def decimal(value: float, digits: int) -> Text:
    """Write a number with this many decimals; missing is a dash.

    Halves are rounded away from zero, as spreadsheets and the web map do.

    Examples
    --------
    >>> decimal(1463726.25, 1)
    Text(vi='1.463.726,3', en='1,463,726.3')
    """
    if not math.isfinite(value):
        return Text(MISSING, MISSING)
    step = Decimal(1).scaleb(-digits)
    english = f"{Decimal(repr(float(value))).quantize(step, context=_EXACT):,f}"
    if float(english.replace(",", "")) == 0:
        english = english.removeprefix("-")
    english = english.replace("-", "−")
    return Text(english.translate(str.maketrans(",.", ".,")), english)


def count(value: float) -> Text:
    """Write a whole number.

    Examples
    --------
    >>> count(1463726).vi
    '1.463.726'
    """
    return decimal(value, 0)


def percent(share: float, digits: int = 1) -> Text:
    """Write a share from 0 to 1 in percent; anything short of all never reads as 100 %.

    Examples
    --------
    >>> percent(0.768)
    Text(vi='76,8 %', en='76.8 %')
    >>> percent(0.99999).en
    '99.9 %'
    """
    if not math.isfinite(share):
        return Text(MISSING, MISSING)
    value = share * _PERCENT
    step = 10.0**-digits
    if share < 1:
        value = min(value, _PERCENT - step)
    if share > 0:
        value = max(value, step)
    number = decimal(value, digits)
    return Text(f"{number.vi} %", f"{number.en} %")


def percent_at_most(share: float) -> Text:
    """Write a share in percent with two decimals, rounded up: what is promised must hold.

    Examples
    --------
    >>> percent_at_most(0.00312).en
    '0.32 %'
    """
    hundredths = math.ceil(round(share * _PERCENT * _PERCENT, 6))
    return decimal(hundredths / _PERCENT, 2) + Text(" %", " %")


def is_proven(gap_share: float) -> bool:
    """Tell whether a certified gap is none but for rounding.

    Examples
    --------
    >>> is_proven(0.0), is_proven(0.0001)
    (True, False)
    """
    return abs(gap_share) <= _ROUNDING_SHARE


def money(value_vnd: float) -> Text:
    """Write an amount in tỷ or triệu đồng, or in billion or million VND.

    Examples
    --------
    >>> money(60e9)
    Text(vi='60 tỷ đồng', en='VND 60 billion')
    >>> money(1.45e9).vi
    '1,45 tỷ đồng'
    """
    if not math.isfinite(value_vnd):
        return Text(MISSING, MISSING)
    unit = _money_unit(value_vnd)
    return _with_unit(_short(value_vnd / unit), unit)


def money_range(low_vnd: float, high_vnd: float) -> Text:
    """Write two amounts in the unit of the lower one.

    Examples
    --------
    >>> money_range(3e8, 1e9)
    Text(vi='300 – 1.000 triệu đồng', en='VND 300 – 1,000 million')
    """
    unit = _money_unit(low_vnd)
    low, high = _short(low_vnd / unit), _short(high_vnd / unit)
    return _with_unit(low + Text(" – ", " – ") + high, unit)


def _money_unit(value_vnd: float) -> float:
    return next((u for u in (_MILLIARD, _MILLION) if abs(value_vnd) >= u), 1.0)


def _with_unit(number: Text, unit: float) -> Text:
    vi, en = {_MILLIARD: (" tỷ", " billion"), _MILLION: (" triệu", " million")}.get(unit, ("", ""))
    return Text(f"{number.vi}{vi} đồng", f"VND {number.en}{en}")


def _short(value: float) -> Text:
    """Write three figures at least, and no zeros that say nothing."""
    digits = next((d for d, least in ((0, 100.0), (1, 10.0)) if abs(value) >= least), 2)
    number = decimal(value, digits)
    if digits == 0:
        return number
    return Text(number.vi.rstrip("0").rstrip(","), number.en.rstrip("0").rstrip("."))


def length(value_m: float) -> Text:
    """Write a length in km from 1 km on, else in m."""
    if not math.isfinite(value_m):
        return Text(MISSING, MISSING)
    if abs(value_m) < 1 / KM_PER_M:
        return count(value_m) + Text(" m", " m")
    return decimal(value_m * KM_PER_M, 1) + Text(" km", " km")


def height(value_m: float) -> Text:
    """Write a height in m, however high.

    Examples
    --------
    >>> height(2298)
    Text(vi='2.298 m', en='2,298 m')
    """
    return count(value_m) + Text(" m", " m") if math.isfinite(value_m) else Text(MISSING, MISSING)


def area(value_m2: float) -> Text:
    """Write an area in km²."""
    return decimal(value_m2 * _KM2_PER_M2, 2) + Text(" km²", " km²")
