"""The page's headline: the one the reader sees, told from logos, slogans and the site's name behind a bar."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

from cleaners.page import Page, Segment
from cleaners.stages.json_ld import LinkedData
from cleaners.stages.urls import address_of

LONGEST = 300  # characters of a headline
HEADINGS = 12  # first h1 elements looked at
TOLD = 6  # spaces in a heading that is no slogan or logo
FIRST_LINES = 8  # of plain text: where a headline is looked for
AGREES = 0.3  # shared words, of those of both, for an h1 to count as the declared title in other words

_SEPARATOR = re.compile(
    r"\s+[|\-–—―·•»«›‹:/~]+\s+|\s*[|｜]\s*|\s+::\s+|\s*[—―]{1,2}\s*|:\s+|(?<=[\u3000-\u9fff\uac00-\ud7af])[-_](?=\S)|_"
)
_WORD = re.compile(r"[^\W_]+")
_WIDE = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ANCHOR = re.compile(r"\s*[¶#§🔗]\s*$")
_TITLE_KEYS = ("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
_SITE_KEYS = ("og:site_name", "application-name", "al:ios:app_name", "al:android:app_name", "apple-mobile-web-app-title")
_WEAK_HOST = frozenset("www m en blog blogs news shop store forum forums docs support help community my web amp com".split())


_SMALLER = frozenset({"h2", "h3"})


class Title(NamedTuple):
    """A headline, and where it stands on the page."""

    text: str
    segment: int = -1  # index of the segment it was read from


def key(text: str) -> str:
    """Letters and digits only, so that "Rain-At-Last!" and "rain at last" are one.

    >>> key("The Daily Rain – Home")
    'thedailyrainhome'
    """
    return "".join(_WORD.findall(text.casefold()))


def words_of(text: str) -> frozenset[str]:
    """The words two titles are compared by; characters where words are not spaced."""
    text = text.casefold()
    if not text.isascii() and _WIDE.search(text):
        return frozenset(_WORD.findall(_WIDE.sub(" ", text))) | frozenset(_WIDE.findall(text))
    return frozenset(_WORD.findall(text))


def site_name(page: Page, ld: LinkedData, meta: dict[str, str]) -> str:
    """The name the site gives itself; else what <title> has beyond og:title; else the title's part that is the host."""
    for name in _SITE_KEYS[:1]:
        if given := _clean(meta.get(name, "")):
            return given
    if given := ld.site_name or ld.publisher or _clean(meta.get("application-name", "")):
        return given
    host = _host_keys(page)
    parts = [part.strip() for part in _SEPARATOR.split(_clean(page.head.title))]
    for part in (parts[-1], parts[0]) if len(parts) > 1 else ():
        if len(own := key(part)) >= 3 and (own in host or own.removeprefix("the") in host):
            return part
    return ""


def site_keys(page: Page, ld: LinkedData, meta: dict[str, str], site: str) -> frozenset[str]:
    """Every name the site is known by here, as keys."""
    names = [site, ld.site_name, ld.publisher, *(meta.get(name, "") for name in _SITE_KEYS)]
    keys = {key(name) for name in names if name}
    keys |= _host_keys(page)
    return frozenset(keys - {""})


def strip_site(title: str, names: frozenset[str], known: Sequence[str] = ()) -> str:
    """`title` without the site's name at either end. `known` are keys of texts that are the title by themselves.

    >>> strip_site("Rain at last - The Daily Rain", frozenset({"thedailyrain"}))
    'Rain at last'
    >>> strip_site("Rain - a history", frozenset({"thedailyrain"}))
    'Rain - a history'
    """
    cuts = list(_SEPARATOR.finditer(title))
    if not cuts or key(title) in known:
        return title
    for cut in reversed(cuts):
        head = title[: cut.start()].strip()
        if head and key(head) in known:
            return head
    for cut in cuts:
        tail = title[cut.end() :].strip()
        if tail and key(tail) in known:
            return tail
    best = title
    for cut in cuts:
        if key(title[: cut.start()]) and _is_site(title[cut.end() :], names):
            best = title[: cut.start()].strip()
            break
    cuts = list(_SEPARATOR.finditer(best))
    for cut in reversed(cuts):
        if key(best[cut.end() :]) and _is_site(best[: cut.start()], names):
            return best[cut.end() :].strip()
    bar = best.rfind("|")
    if bar > 0 and len(best[bar + 1 :].split()) <= 5 < len(best[:bar].split()) + 3:
        return best[:bar].strip()
    return best


def find_title(page: Page, ld: LinkedData, meta: dict[str, str], names: frozenset[str]) -> Title:
    """Choose the headline: the h1 that agrees with what the page declares, else what it declares, else any h1."""
    if page.kind == "text":
        return _first_line(page)
    headings = _headings(page, meta)
    heading_keys = [key(text) for text, _ in headings]
    known = [own for own in heading_keys if own not in names]
    declared: list[str] = []
    for given in (meta.get("og:title", ""), ld.headline, *(meta.get(name, "") for name in _TITLE_KEYS[1:]), page.head.title):
        if given := _clean(given):
            stripped = strip_site(given, names, known)
            if key(stripped) and stripped not in declared:
                declared.append(stripped)
    best, best_share = Title(""), 0.0
    wanted = [words_of(given) for given in declared]
    if slug := _slug(address_of(page).path):
        wanted.append(words_of(slug))
    for (text, segment), own in zip(headings, heading_keys, strict=True):
        if own in names and len(headings) + len(declared) > 1 and own != key(declared[0] if declared else ""):
            continue
        these = words_of(text)
        share = max((2 * len(these & those) / (len(these) + len(those)) for those in wanted), default=0.01)
        if share > best_share:
            best, best_share = Title(text, segment), share
    if best_share >= AGREES or (best.text and not declared):
        return best
    if len(headings) == 1 and len(declared) == 1 and headings[0][0].count(" ") >= TOLD:
        return Title(*headings[0])  # against <title> alone: it is what gets rewritten, by marketing or by spammers
    if declared:
        return Title(declared[0])
    return best


def _first_line(page: Page) -> Title:
    """Of plain text: the line before the prose that reads like a headline, not like a menu, a date or a caption."""
    best = Title("")
    for segment in page.segments[:FIRST_LINES]:
        text = " ".join(segment.text.split())
        if segment.words > 40:
            break
        if segment.hits or not 3 <= segment.words <= 30 or text.endswith((".", "。", "…", ":", "।")) or len(text) > 200:
            continue
        # A browser's title above the headline repeats it with the site's name glued on.
        if not best.text or (best.text != text and best.text.startswith(text)):
            best = Title(text, segment.index)
    return best


def _headings(page: Page, meta: dict[str, str]) -> list[tuple[str, int]]:
    """Visible h1 elements, else hidden ones; and smaller headings that <title> or og:title begins with."""
    found: list[tuple[str, int]] = []
    hidden: list[tuple[str, int]] = []
    smaller: list[tuple[str, int]] = []
    title, social = page.head.title, meta.get("og:title", "")
    for segment in page.segments:
        kind = segment.kind
        if kind == "h1":
            text = _heading_text(segment)
            if text:
                (found if segment.origin == "visible" else hidden).append((text, segment.index))
                if len(found) >= HEADINGS:
                    break
        elif kind in _SMALLER and not smaller and (title.startswith(segment.text) or segment.text == social):
            smaller.append((_heading_text(segment), segment.index))
    return (found or hidden[:HEADINGS]) + smaller


def _heading_text(segment: Segment) -> str:
    if segment.stop - segment.start > LONGEST:
        return ""
    return _ANCHOR.sub("", " ".join(segment.text.split()))


def _clean(text: str) -> str:
    if not text:
        return ""
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())[:LONGEST]


def _slug(path: str) -> str:
    """The longest part of the address that is words joined by hyphens: often the title as first published."""
    best = max(path.split("/"), key=len)
    return best if best.count("-") + best.count("_") >= 3 else ""


def _is_site(part: str, names: frozenset[str]) -> bool:
    own = key(part)
    if not own:
        return True
    if own in names or own.removeprefix("the") in names:
        return True
    return len(own) >= 5 and any(
        len(name) >= 5 and (own.startswith(name) or (name.startswith(own) and len(own) * 2 > len(name))) for name in names
    )


def _host_keys(page: Page) -> frozenset[str]:
    host = address_of(page).hostname
    if not host:
        return frozenset()
    labels = [label for label in host.split(".")[:-1] if label not in _WEAK_HOST and len(label) > 2]
    keys = {key(label) for label in labels}
    keys.add(key(host.removeprefix("www.")))
    return frozenset(keys)
