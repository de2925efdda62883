"""Names of authors as pages write them, told from addresses, dates, roles and the site's own name."""

from __future__ import annotations

import html
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from cleaners.stages.dates import written_days
from cleaners.stages.titles import key

LONGEST = 200  # characters of one declared value; longer ones are biographies
_NOT_NAMES = frozenset(
    "admin administrator author authors editor editors name names unknown user username guest root null none undefined"
    " webmaster default wordpress system member moderator anonymous share more home profile about autor auteur"
    " byline posted written writtenby published updated contact login blog news article articles insights here"
    # what "About the author" leaves where words are not spaced
    " プロフィール 紹介 一覧 简介 簡介 介绍 介紹 소개 정보".split()
)
_URL = re.compile(r"https?:|www\.|//|\.(?:com|org|net|html?)\b/")
_MAIL = re.compile(r"\S+@\S+\.\w+")
BAR = re.compile(r"\s*[|•·｜\n\t●◆]\s*|\s+[–—-]{1,2}\s+|\s{3,}")
_ROLE = re.compile(
    r"(?i)[\s,]+(?:(?:senior|staff|chief|contributing|guest|freelance|news|managing|associate|deputy|executive|lead|tech)\s+)*"
    r"(?:writer|editor|reporter|contributor|correspondent|columnist|journalist|author|founder|in chief)s?\b.*$"
)
_PARTICLES = frozenset(
    "and & y e und et en og och i da de del della der den di do dos das du la le van von ter ten zu bin ibn al el st".split()
)
_JOINING = frozenset("and & y e und et en og och i".split())
# What follows a name on its line and may be capitalised. Dates are taken out before.
_AFTER_NAME = frozenset(
    "published updated reviewed posted last on in at from for min share comment comments medically fact read edited home"
    " founder ceo updates last-updated view all".split()
)
_NEVER_FIRST = _AFTER_NAME | frozenset(
    "this written login learn explore meet about our your more subscribe sign log topic".split()
)
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’\-]*|&|\([^\W\d_][\w.'’\-]*\)")
_NOTE_MARK = re.compile(r"(?<=[^\W\d_])[\d*†‡]+(?:,\d+)*(?=\s*(?:[,;]|$|and\b))")
_CASED = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff\u0530-\u058f\u1e00-\u1fff]")


def person(text: str, names: frozenset[str] = frozenset()) -> str:
    """A declared name made readable; "" when it is no name: an address, a date, a role, one of the site's `names`.

    >>> person("By Jane Doe | The Daily Rain"), person("https://rain.example/jane"), person("jane@rain.example")
    ('Jane Doe', '', '')
    """
    if "&" in text:
        text = html.unescape(text)
    text = " ".join(text.split())
    if not text or len(text) > LONGEST or text.startswith("@") or _URL.search(text):
        return ""
    text = unprefixed(_MAIL.sub("", text), declared=True)
    if "|" in text or "•" in text:
        text = BAR.split(text, maxsplit=1)[0]
    text = text.strip(' ,;:-–—|/<>[]"“”{}')
    if text.count("(") != text.count(")"):
        text = text.split("(")[0].strip()
    own = key(text)
    if len(own) < 2 or own in _NOT_NAMES or own.isdigit() or own in names:
        return ""
    if len(text) < 40 and any(character.isdigit() for character in text) and next(written_days(text), None):
        return ""
    return text


def unprefixed(text: str, labels: bool = False, declared: bool = False) -> str:
    """`text` without a leading "By", "Written by", "Von", "文／" …; unchanged when there is none.

    `labels`: the element says it is a byline, so "Author Jane Doe" is one. `declared`: a value that should be a name, where
    "Von" or "Di" is part of it.

    >>> unprefixed("Written by Jane Doe"), unprefixed("Autor: Max Roe"), unprefixed("Text Editors Compared")
    ('Jane Doe', 'Max Roe', 'Text Editors Compared')
    """
    known = words()
    folded = text.casefold()
    first = folded.split(" ", 4)
    for count in range(min(4, len(first) - 1), 0, -1):
        head = " ".join(first[:count])
        bare = head.rstrip(":：")
        if bare != head:
            fits = bare in known.before or bare in known.labels
        elif declared:
            fits = bare in known.before and (count > 1 or bare == "by")
        else:
            fits = bare in known.before or (labels and bare in known.labels)
        if fits and count == 1 and declared is False and first[1] in _PARTICLES - _JOINING and text[0].isupper():
            fits = False  # "Von der Au", "De la Cruz": a family's name
        if fits:
            return text.split(" ", count)[count].lstrip(" :：")
    for mark in (":", "：", "／", "/"):
        head, found, tail = text.partition(mark)
        if found and len(head) <= 30:
            bare = head.casefold().strip()
            if bare in known.before or bare in known.labels:
                return tail.strip()
    if text.startswith("By") and text[2:3].isupper():  # glued where a page styles them apart
        return text[2:]
    if not text.isascii():
        for head in known.glued:
            if text.startswith(head):
                return text[len(head) :].lstrip(" :：/／")
    return text


def name_at(text: str) -> str:
    """The name a text begins with: capitalised words and the particles between them.

    >>> name_at("Jane van der Doe and Max Roe on 3 May 2024"), name_at("the rain has stopped")
    ('Jane van der Doe and Max Roe', '')
    """
    text = _ROLE.sub("", BAR.split(_NOTE_MARK.sub("", text.strip()), maxsplit=1)[0])
    if not text.isascii() and (tokens := _MAIL.sub("", text).split()) and tokens[-1] in words().after and len(tokens) <= 5:
        return tokens[-2] if len(tokens) > 1 else ""
    if not _CASED.search(text):
        return re.split(r"[\d,，、(（:：]", text, maxsplit=1)[0].strip()[:40]
    taken: list[str] = []
    for word in text.split():
        bare = word.strip(',;"“”:')
        if not bare:
            if taken and word in ",;":
                taken[-1] += ","
            continue
        folded = bare.casefold()
        if not _NAME_WORD.fullmatch(bare) or not (bare.lstrip("(")[0].isupper() or folded in _PARTICLES):
            break
        if taken and folded.rstrip(".") in _AFTER_NAME:
            break
        taken.append(word)
        if len(taken) >= 24 or (word.endswith((".", ":")) and len(bare) > 4 and bare.rstrip(".").isalpha()):
            break
    while taken and taken[-1].strip(",;").casefold() in _PARTICLES:
        taken.pop()
    if taken and taken[0].casefold() in _NEVER_FIRST:
        return ""
    name = " ".join(taken).strip(" ,;:")
    if taken and len(taken[-1]) > 4:
        name = name.rstrip(".")
    return name.replace(" ;", ",").replace(" ,", ",").replace(";", ",")


class Words(NamedTuple):
    """The words around names, of all languages together."""

    before: frozenset[str]
    labels: frozenset[str]
    after: frozenset[str]
    glued: tuple[str, ...]  # those of `before` that are written without a space, longest first
    tokens: frozenset[str]  # every word of `before` and `labels` that a spaced text begins such a phrase with


@cache
def words() -> Words:
    """Read the data file once, when a page first has something that may be a name."""
    languages = tomllib.loads(files("cleaners.data").joinpath("words", "authors.toml").read_text(encoding="utf-8"))
    before = frozenset(word for language in languages.values() for word in language["before"])
    labels = frozenset(word for language in languages.values() for word in language["labels"])
    unspaced = [word for code in ("zh", "zh-hant", "ja", "th") for word in languages[code]["before"] if len(word) > 1]
    return Words(
        before,
        labels,
        frozenset(word for language in languages.values() for word in language.get("after", ())),
        tuple(sorted(unspaced, key=len, reverse=True)),
        frozenset(word.split(" ")[0] for word in before | labels),
    )
