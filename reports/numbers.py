"""Numbers as a person reads them: as many digits as they carry, and one sign for none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from math import floor, isfinite, log10
from typing import Final

NONE: Final = "\N{EN DASH}"
MINUS: Final = "\N{MINUS SIGN}"
TIMES: Final = "\N{MULTIPLICATION SIGN}"
MEBIBYTE: Final = 2**20
GIBIBYTE: Final = 2**30
THIN_SPACE: Final = "\N{NARROW NO-BREAK SPACE}"
PREFIXES: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def score_text(value: float) -> str:
    """A score between -1 and 1, to four places.

    >>> score_text(0.884337)
    '0.8843'
    """
    return _signed(f"{value:.4f}")


def points_text(difference: float) -> str:
    """A difference of scores in points (hundredths), with its sign.

    >>> points_text(0.00661), points_text(0.0)
    ('+0.66', '±0.00')
    """
    text = f"{100 * difference:+.2f}"
    return "±0.00" if text in ("+0.00", "-0.00") else _signed(text)


def percent_text(fraction: float) -> str:
    """A share in percent, without its sign, three significant digits.

    >>> percent_text(0.7281), percent_text(0.2), percent_text(0.000027), percent_text(1)
    ('72.8', '20.0', '0.00270', '100')
    """
    percent = 100 * fraction
    return f"{percent:.1f}" if 10 <= percent < 100 else plain_text(percent)


def plain_text(value: float) -> str:
    """Three significant digits; whole numbers in full.

    >>> plain_text(0.012345), plain_text(12.345), plain_text(46686579), plain_text(8.319127e7)
    ('0.0123', '12.3', '46,686,579', '83,191,270')
    """
    if value == floor(value) and abs(value) < 1e15:
        return _signed(f"{value:,.0f}")
    if not 1e-4 <= abs(value) < 1e15:
        return exponent_text(value)
    places = max(0, 2 - floor(log10(abs(value))))
    return _signed(f"{value:,.{places}f}")


def exponent_text(value: float) -> str:
    """Three significant digits and a power of ten.

    >>> exponent_text(0.0000123).replace(TIMES, " times ")
    '1.23 times 10⁻⁵'
    """
    mantissa, exponent = f"{value:.2e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return _signed(f"{mantissa}{TIMES}10{power}")


def count_text(value: float) -> str:
    """A whole number with its thousands marked.

    >>> count_text(46686579)
    '46,686,579'
    """
    return _signed(f"{value:,.0f}")


def short_text(value: float) -> str:
    """Three significant digits and a prefix.

    >>> short_text(1_234_567).replace(THIN_SPACE, " "), short_text(999)
    ('1.23 M', '999')
    """
    for size, prefix in PREFIXES:
        if abs(value) >= size:
            return f"{plain_text(float(f'{value / size:.3g}'))}{THIN_SPACE}{prefix}"
    return plain_text(float(f"{value:.3g}"))


def mebibytes_text(size_bytes: float) -> str:
    """A size in MiB, without the unit.

    >>> mebibytes_text(3_500_000)
    '3.34'
    """
    return plain_text(size_bytes / MEBIBYTE)


def memory_text(size_bytes: float) -> str:
    """A size to read in a sentence.

    >>> memory_text(4 * 2**30), memory_text(200_000_000)
    ('4 GiB', '191 MiB')
    """
    size, unit = (GIBIBYTE, "GiB") if size_bytes >= GIBIBYTE else (MEBIBYTE, "MiB")
    return f"{plain_text(size_bytes / size)} {unit}"


def seconds_text(seconds: float) -> str:
    """A time in a column of seconds; below a tenth of a millisecond it is the clock's own.

    >>> seconds_text(42.31), seconds_text(0.0042), seconds_text(5e-06), seconds_text(0)
    ('42.3', '0.00420', '<0.0001', '0')
    """
    return "<0.0001" if 0 < seconds < 1e-4 else plain_text(seconds)


def duration_text(seconds: float) -> str:
    """A time to read in a sentence.

    >>> duration_text(0.0042), duration_text(42.31), duration_text(133), duration_text(7384)
    ('0.00420 s', '42.3 s', '2 min 13 s', '2 h 3 min')
    """
    if seconds < 60:
        return f"{plain_text(seconds)} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def time_text(moment: datetime) -> str:
    """A moment to the minute, in its own zone.

    >>> from datetime import UTC
    >>> time_text(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    '2026-01-02 03:04 UTC'
    """
    return f"{moment:%Y-%m-%d %H:%M} {moment.tzname() or ''}".strip()


def ended_text(value: float) -> str:
    """Whether a case ended well, which is 1 or 0.

    >>> ended_text(1), ended_text(0)
    ('yes', 'no')
    """
    return "yes" if value >= 0.5 else "no"


FORMATS: Final[Mapping[str, Callable[[float], str]]] = {
    "score": score_text,
    "points": points_text,
    "percent": percent_text,
    "plain": plain_text,
    "seconds": seconds_text,
    "count": count_text,
    "short": short_text,
    "mebibytes": mebibytes_text,
    "ended": ended_text,
}


def number_text(value: object, kind: str) -> str:
    """The value as its kind is written; anything but a number as its own text.

    >>> number_text("Benign", "text"), number_text(0.5, "score")
    ('Benign', '0.5000')
    """
    if value is None:
        return NONE
    if isinstance(value, bool) or not isinstance(value, int | float) or kind not in FORMATS:
        return str(value)
    return FORMATS[kind](value) if isfinite(value) else NONE


def _signed(text: str) -> str:
    return text.replace("-", MINUS)
