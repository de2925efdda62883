"""Days as pages write them: declared for machines, or for readers in many languages, numerals and calendars.

No clock is asked: the same page gives the same day on every machine and in every year.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

EARLIEST = date(1995, 1, 1)  # few pages are older; many mistaken dates are
LATEST = date(2035, 12, 31)  # a fixed bound in place of today, so that results do not depend on the clock

_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)(?:T?\d{4,6}|\d{2})?Z?\s*$")
_EPOCH = re.compile(r"\s*(\d{10})(?:\d{3})?(?:\.\d+)?\s*$")
_IN_URL = re.compile(r"[/_-]((?:19|20)\d\d)([/_-])(\d{1,2})\2(\d{1,2})(?=[/_.-]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_.-])")
_YEAR_FIRST = re.compile(
    r"(?<![\d.,])(?:(?P<era>民國|民国|中華民國|令和|平成|西暦)\s?)?(?P<y>\d{4}|(?<=[國国和成]\s)\d{1,3}|(?<=[國国和成])\d{1,3})"
    r"\s?(?P<sep>[-/.]|年|년)\s?(?P<m>\d{1,2})\s?(?:(?P=sep)|月|월)\s?(?P<d>\d{1,2})(?![\d])"
)
_DAY_FIRST = re.compile(r"(?<![\d./-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d]|[./-]\d)")
_VIETNAMESE = re.compile(r"(?i)(?<!\d)(\d{1,2})\s+(?:tháng|thg)\s*(\d{1,2})\s*(?:,|năm)?\s*(\d{4})(?!\d)")
_ORDINAL = r"(?:st|nd|rd|th|er|re|e|º|ª|°|\.)?"
_LINK = r"(?:[\s,]+(?:(?:de|del|of|do|da|di|van|den|d)(?=[\s’'])|พ\.ศ\.|ค\.ศ\.))?[\s,.’'/-]*"
_MONTH = r"([^\W\d_][^\s\d,;:/()|·•»«–—_-]{1,14})"  # short forms such as "พ.ค." hold stops, and vowel signs are no letters
_OTHER = r"(?:\s?/\s?[^\W\d_][^\s\d,;:/()]{1,14})?"  # the same month by its other name: Arabic has two sets
_DAY_MONTH_YEAR = re.compile(rf"(?<!\d)(\d{{1,2}}){_ORDINAL}{_LINK}{_MONTH}{_OTHER}{_LINK}(\d{{4}})(?!\d)")
_THAI_SHORT = re.compile(
    r"(?<!\d)(\d{1,2})\s?([ก-ฮเ][\u0e00-\u0e7f.]{2,14})\s?(\d{2})(?![\d:.])"
)  # 1 พ.ค. 67: the year 2567
_MONTH_DAY_YEAR = re.compile(rf"{_MONTH}[\s.-]*(\d{{1,2}}){_ORDINAL}\s?[,،.]?(?:\s+(?:de|del|at))?[\s-]+(\d{{4}})(?!\d)")
_YEAR_MONTH_DAY = re.compile(
    rf"(?<!\d)(\d{{4}})(?:\.|,)?(?:\s+(?:m\.|gada))?[\s-]+(?:(\d{{1,2}})\.\s*)?{_MONTH}(?:[\s-]+(\d{{1,2}})(?!\d))?"
)
_DIGITS = str.maketrans(
    {chr(base + n): str(n) for base in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10) for n in range(10)}
    | dict.fromkeys("\u200e\u200f\u202a\u202c\u2068\u2069", "")
)
_JOINT = "\u0640"  # between the words of one month: the sign that lengthens Arabic letters, so that offsets stay
_JALALI = range(1300, 1500)
_BUDDHIST = range(2530, 2600)


def declared_day(value: str) -> str:
    """The day of a value meant for machines; "" when there is none or it cannot be a page's date.

    >>> declared_day("2024-05-01T23:10:00+07:00"), declared_day("1714521600"), declared_day("0001-01-01")
    ('2024-05-01', '2024-05-01', '')
    """
    found = _ISO.match(value) or _COMPACT.match(value)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = _EPOCH.match(value)
    if found:
        moment = datetime.fromtimestamp(int(found[1]), UTC)
        return _day(moment.year, moment.month, moment.day)
    return written_day(value[:80])


def url_day(url: str) -> str:
    """The day in an address such as /2024/05/01/.

    >>> url_day("https://news.example/2024/05/01/rain"), url_day("https://shop.example/20240501-11")
    ('2024-05-01', '2024-05-01')
    """
    for found in _IN_URL.finditer(url):
        year, month, day = (found[1], found[3], found[4]) if found[1] else (found[5], found[6], found[7])
        if given := _day(int(year), int(month), int(day)):
            return given
    return ""


def written_day(text: str, month_first: bool = True) -> str:
    """The first day written in a short text. `month_first` settles 05/01/2024 where both readings are possible.

    >>> written_day("Posted May 1st, 2024"), written_day("01/05/2024", month_first=False), written_day("2024年5月1日")
    ('2024-05-01', '2024-05-01', '2024-05-01')
    """
    return next((day for _, _, day in written_days(text, month_first)), "")


def written_days(text: str, month_first: bool = True) -> Iterator[tuple[int, int, str]]:
    """All days written in `text` with the spans they are written in, in order."""
    if not text.isascii():
        text = _two_words().sub(_joined, text.translate(_DIGITS))
    found: list[tuple[int, int, str]] = []
    for day, match in _candidates(text, month_first):
        if day:
            found.append((match.start(), match.end(), day))
    found.sort()
    end = -1
    for start, stop, day in found:
        if start >= end:
            end = stop
            yield start, stop, day


def _candidates(text: str, month_first: bool) -> Iterator[tuple[str, re.Match[str]]]:
    for match in _YEAR_FIRST.finditer(text):
        yield _day(_era_year(match["era"], int(match["y"])), int(match["m"]), int(match["d"])), match
    for match in _DAY_FIRST.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if len(match[4]) == 2:
            if match[2] != "/" and not (len(match[1]) == len(match[3]) == 2):
                continue  # a version number
            year += 2000
        # Dots are not written between an American month and day, and no American counts Buddhist years.
        if second > 12 or (month_first and year not in _BUDDHIST and first <= 12 and match[2] != "."):
            first, second = second, first
        yield _day(year, second, first), match
    for match in _VIETNAMESE.finditer(text):
        yield _day(int(match[3]), int(match[2]), int(match[1])), match
    for match in _DAY_MONTH_YEAR.finditer(text):
        yield _named(match[3], match[2], match[1]), match
    for match in _THAI_SHORT.finditer(text):
        yield _named(f"25{match[3]}", match[2], match[1]), match
    for match in _MONTH_DAY_YEAR.finditer(text):
        yield _named(match[3], match[1], match[2]), match
    for match in _YEAR_MONTH_DAY.finditer(text):
        if day := match[2] or match[4]:
            yield _named(match[1], match[3], day), match


def _named(year: str, month: str, day: str) -> str:
    number = months().get(month.rstrip(".׳॰'").casefold())
    return _day(int(year), number, int(day)) if number else ""


def _era_year(era: str | None, year: int) -> int:
    if era == "令和":
        return year + 2018
    if era == "平成":
        return year + 1988
    return year + 1911 if era and era.endswith(("國", "国")) else year


def _day(year: int, month: int, day: int) -> str:
    if year in _BUDDHIST:
        year -= 543
    elif year in _JALALI:
        year, month, day = _from_jalali(year, month, day)
    try:
        given = date(year, month, day)
    except ValueError:
        return ""
    return given.isoformat() if EARLIEST <= given <= LATEST else ""


def _from_jalali(year: int, month: int, day: int) -> tuple[int, int, int]:
    """The Gregorian year, month and day of one in the Iranian calendar: its leap years follow a cycle of 33."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return 0, 0, 0
    leaps = (8 * year + 21) // 33 - (8 * 1400 + 21) // 33
    days = 365 * (year - 1400) + leaps + 31 * (month - 1) - max(0, month - 7) + day - 1
    given = date.fromordinal(date(2021, 3, 21).toordinal() + days)
    return given.year, given.month, given.day


def _joined(match: re.Match[str]) -> str:
    return match[0].replace(" ", _JOINT)


@cache
def _two_words() -> re.Pattern[str]:
    """Months of two words, which are read as one: "كانون الثاني"."""
    names = (name.replace(_JOINT, " ") for name in months() if _JOINT in name)
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))


@cache
def months() -> dict[str, int]:
    """Month names and short forms, folded, of all languages in the phrase file; a name of two months is left out."""
    text = files("cleaners.data").joinpath("phrases/months.toml").read_text(encoding="utf-8")
    found: dict[str, int] = {}
    clashes: set[str] = set()
    for language in tomllib.loads(text).values():
        for number, names in enumerate(language["months"], 1):
            for name in names:
                folded = name.casefold().rstrip(".")
                if folded[0] > "\u05ff":  # "tháng 5" is a number with a word before it
                    folded = folded.replace(" ", _JOINT)
                if found.setdefault(folded, number) != number:
                    clashes.add(folded)
    return {name: number for name, number in found.items() if name not in clashes}
