"""Days in the ways pages write them, and what only looks like a day."""

from __future__ import annotations

import pytest

from cleaners.stages.dates import declared_day, url_day, written_day, written_days

MAY = "2024-05-01"


@pytest.mark.parametrize(
    "text",
    [
        "", "2024", "May 2024", "Mar 12", "12:30 2024", "version 2.4.17", "192.168.2024.1", "call 555-1204-2024-1",
        "31 February 2024", "0001-01-01", "1 May 1890", "2099-01-01", "45/45/2024", "May the 4th be with you",
        "Section 5 may 2 of them", "10 apples 2024", "Chapter 3 Version 2021",
    ],
)  # fmt: skip
def test_no_day(text: str) -> None:
    assert written_day(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01", "2024-05-01T23:59:59-08:00", "2024/5/1", "2024.05.01", "20240501", "2024-05-01 10:00:00 UTC",
        "Wed, 01 May 2024 08:00:00 GMT", "1714521600", "1714521600000", "May 1, 2024",
    ],
)  # fmt: skip
def test_declared(text: str) -> None:
    assert declared_day(text) == MAY


@pytest.mark.parametrize(
    "text", ["", "0000-00-00", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "today", "12345", "2024-13-01"]
)
def test_not_declared(text: str) -> None:
    assert declared_day(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Posted on May 1st, 2024", "May 1 2024", "Wednesday, 1 May 2024, 08:15", "1-May-2024", "1. Mai 2024", "1er mai 2024",
        "el 1 de mayo de 2024", "1º de maio de 2024", "1 maggio 2024", "1 mei 2024", "1 maj 2024", "1 maja 2024",
        "1. května 2024", "1 мая 2024 г.", "1 травня 2024", "1 Mayıs 2024", "1 Μαΐου 2024", "1 Mei 2024",
        "Ngày 1 tháng 5 năm 2024", "1 tháng 5, 2024", "2024年5月1日", "２０２４年５月１日", "2024년 5월 1일", "2024. 5. 1.",
        "令和6年5月1日", "民國113年5月1日", "1 พฤษภาคม 2567", "1 พ.ค. 2567", "1 مايو 2024", "١ مايو ٢٠٢٤",
        "۱۲ اردیبهشت ۱۴۰۳",
        "1 أيار/مايو 2024", "1 مايو / أيار 2024", "1 พ.ค. 67", "01/05/2567", "๑ พฤษภาคม ๒๕๖๗", "1 মে 2024", "১ মে ২০২৪",
        "1 במאי 2024", "1 मई 2024", "2024. május 1.", "01.05.2024", "1.5.2024, 14:00 Uhr",
    ],
)  # fmt: skip
def test_written(text: str) -> None:
    assert written_day(text) == MAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("٢٠ تشرين الأول ٢٠٢٣", "2023-10-20"), ("الأحد، 5 تشرين الثاني 2023", "2023-11-05"),
        ("كانون الثاني 3, 2024", "2024-01-03"),
        ("5 كانون الأول/ديسمبر 2023", "2023-12-05"), ("14 มี.ค. 66", "2023-03-14"), ("15 अग॰ 2023", "2023-08-15"),
        ("5 दिस. 2023", "2023-12-05"), ("01 जन॰ 2024", "2024-01-01"),
    ],
)  # fmt: skip
def test_months_of_two_words_and_short_ones(text: str, day: str) -> None:
    assert written_day(text) == day


@pytest.mark.parametrize("text", ["1 พ.ค. 67:30", "5 นาที 30", "3 เม 2", "ห้อง 12 อาคาร 45"])
def test_no_thai_day(text: str) -> None:
    assert written_day(text) == ""


def test_spans_of_two_word_months() -> None:
    text = "نشر في 20 تشرين الأول 2023، بيروت"
    assert [text[start:end] for start, end, _ in written_days(text)] == ["20 تشرين الأول 2023"]


def test_order_of_day_and_month() -> None:
    assert written_day("05/01/2024") == MAY
    assert written_day("01/05/2024", month_first=False) == MAY
    assert written_day("12/31/2024", month_first=False) == "2024-12-31"
    assert written_day("31/12/2024") == "2024-12-31"
    assert written_day("01.05.24") == MAY  # stops are written after the day


def test_the_first_of_several() -> None:
    assert written_day("Published May 1, 2024. Updated June 3, 2024") == MAY


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://rain.example/2024/05/01/rain-at-last", MAY),
        ("https://rain.example/2024/5/1/", MAY),
        ("https://rain.example/news/20240501/a.html", MAY),
        ("https://rain.example/news/2024-05-01-rain", MAY),
        ("https://rain.example/2024/05/", ""),
        ("https://rain.example/item/20249901/", ""),
        ("https://rain.example/1890/05/01/", ""),
        ("", ""),
    ],
)
def test_in_an_address(url: str, day: str) -> None:
    assert url_day(url) == day
