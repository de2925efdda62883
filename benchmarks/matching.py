"""When two titles, author lines or dates say the same, whichever tool wrote them."""

import re
from functools import cache


@cache
def _loose(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


# What stands between a headline and a site's or section's name.
_JOINT = re.compile(r"\s[-|:/·•»«\u2013\u2014]+\s|\s*[|»]\s*|:\s")


def same_title(answer: str | None, gold: str) -> bool:
    """Whether a title is the page's: the same words, perhaps with a site's or section's name at an end.

    Such a name is set off by a sign, and no longer than the title itself and four words.

    >>> [same_title(text, "How frogs sing") for text in ("How Frogs Sing - Pond Weekly", "HOW FROGS SING!")]
    [True, True]
    >>> [same_title(text, "How frogs sing") for text in ("Pond Weekly", "How", "How frogs sing louder", None)]
    [False, False, False, False]
    """
    shorter, longer = sorted((answer or "", gold), key=lambda title: len(_loose(title)))
    words, whole = _loose(shorter), _loose(longer)
    if not words or len(whole) > 2 * len(words) + 4:
        return False
    ends = (longer[: joint.start()] for joint in _JOINT.finditer(longer))
    starts = (longer[joint.end() :] for joint in _JOINT.finditer(longer))
    return words == whole or any(words == _loose(part) for part in (*ends, *starts))


_CREDENTIAL = re.compile(r"Ph\.?\s?D\.?|MSc|BSc|(?:[A-Z]\.?\s?){2,6}(?:-[A-Z]+)?|[JS]r\.?|I{2,3}")
_STYLE = re.compile(r"(?i)^\W*(?:(?:(?:written\s+)?by|dr|prof|professor)\b[.:\s]*)+")


def names(author: str | None) -> frozenset[tuple[str, ...]]:
    """The people an author line names, without titles, degrees and the word "by".

    >>> sorted(names("By Dr Dana Voss, PhD, MPH and Lee Okoro"))
    [('dana', 'voss'), ('lee', 'okoro')]
    >>> names("Lee Okoro; Dana Voss") == names("Dana Voss & Lee Okoro")
    True
    >>> names("JWU"), names(None)
    (frozenset({('jwu',)}), frozenset())
    """
    parts = [_STYLE.sub("", part).strip() for part in re.split(r"[;,|/&\n]|\band\b", author or "")]
    people = [part for index, part in enumerate(filter(None, parts)) if not (index and _CREDENTIAL.fullmatch(part))]
    return frozenset(filter(None, (_loose(person) for person in people)))


def same_author(answer: str | None, gold: str) -> bool:
    """Whether the same people are named, in any order; a middle name more or less is the same person.

    >>> [same_author(answer, "Dana Voss") for answer in ("Dana Q. Voss", "Voss", None)]
    [True, False, False]
    """
    given, wanted = names(answer), names(gold)
    return len(given) == len(wanted) > 0 and all(any(_same_person(a, b) for b in wanted) for a in given)


def _same_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return a == b or (min(len(a), len(b)) > 1 and (set(a) <= set(b) or set(b) <= set(a)))


def same_date(answer: str | None, gold: str) -> bool:
    """Whether two ISO dates are one day, or one month where the gold date has no day.

    >>> same_date("2024-05-01T23:10:00Z", "2024-05-01"), same_date("2024-05-01", "2024-05")
    (True, True)
    >>> same_date(None, "2024-05-01"), same_date("2024-05-02", "2024-05-01")
    (False, False)
    """
    return (answer or "").startswith(gold)
