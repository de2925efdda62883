"""The account can be checked: the drops taken from the source give the text, and put back give the source."""

from collections.abc import Iterable

from cleaners.page import Drop


def apply(source_text: str, drops: Iterable[Drop]) -> str:
    """`source_text` less the drops of its text.

    >>> cookie = Drop("text", 0, 15, "Accept cookies ", "cookie_notice", "cookie_notice", 1.0, "")
    >>> apply("Accept cookies The river rose.", [cookie])
    'The river rose.'
    """
    out: list[str] = []
    at = 0
    for drop in drops:
        if drop.field != "text":
            continue
        out.append(source_text[at : drop.start])
        at = drop.end
    out.append(source_text[at:])
    return "".join(out)


def rebuild(text: str, drops: Iterable[Drop]) -> str:
    """The source text that `text` and its drops came from.

    >>> share = Drop("text", 4, 10, "Share ", "share_bar", "share_bar", 1.0, "")
    >>> title = Drop("title", 0, 3, "bet", "spam_injection", "spam_injection", 1.0, "")
    >>> rebuild("The river rose.", [share, title])
    'The Share river rose.'
    """
    out: list[str] = []
    at = 0  # in text
    size = 0  # of what is rebuilt
    for drop in drops:
        if drop.field != "text":
            continue
        gap = drop.start - size
        out.append(text[at : at + gap])
        out.append(drop.text)
        at += gap
        size = drop.start + len(drop.text)
    out.append(text[at:])
    return "".join(out)
