"""Trafilatura's metadata is asked for on request, fills gaps and overrules nothing."""

import sys
from dataclasses import replace

import pytest

from cleaners import Profile, clean
from cleaners.errors import BadProfile

PAGE = """<html><head><title>The ferry timetable | Skerry Post</title></head><body><article>
<h1>The ferry timetable</h1>
<p>The ferry leaves at seven, at noon and at four, and not at all when the wind is in the north.</p>
<p>Passengers with bicycles board first. Dogs travel free of charge if they are smaller than the harbour master's.</p>
</article></body></html>"""
ASKING = replace(Profile.load("default"), trafilatura_metadata=True, digest="")


def test_what_is_known_stays() -> None:
    assert clean(PAGE, profile=ASKING).title == clean(PAGE).title == "The ferry timetable"


def test_text_and_drops_are_the_same() -> None:
    asked, plain = clean(PAGE, profile=ASKING), clean(PAGE)
    assert (asked.text, asked.drops) == (plain.text, plain.drops)
    assert asked.cleaner_version != plain.cleaner_version


def test_gaps_are_filled() -> None:
    page = clean(PAGE, profile=ASKING, url="https://skerry.example/ferry")
    assert clean(PAGE, url="https://skerry.example/ferry").site_name in (None, page.site_name)
    assert page.site_name


def test_without_trafilatura_the_profile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(BadProfile, match="pip install"):
        clean(PAGE, profile=ASKING)
