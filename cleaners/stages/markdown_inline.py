"""One line of Markdown: links, bold, italic, code, and as few backslashes as keep its words the same."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final
from urllib.parse import urljoin, urlsplit

Atom = tuple[str, str, str]  # text, tag (strong, em, code …), href

_STRONG: Final = frozenset({"b", "strong"})
_SLANTED: Final = frozenset({"i", "em"})
_CODE: Final = frozenset({"code", "kbd", "samp", "tt"})
_TICKS: Final = re.compile("`+")
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_SYNTAX: Final = re.compile(r"[\\`*_\[\]<&~|]")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);")
_TASK: Final = re.compile(r"\[[ xX]\](?:\s|$)")
_BLOCK_START: Final = re.compile(r"(?=#{1,6}(?:\s|$)|>|[-+](?:\s|$)|~{3}|[-=:|_\s]+$)")
_NUMBERED: Final = re.compile(r"\d{1,9}[.)](?:\s|$)")
_UNSAFE_IN_LINK: Final = re.compile(r"[\s()<>\[\]\\|\"`\x00-\x1f\x7f]")
_SCHEMES: Final = frozenset({"http", "https", "mailto"})


def render_line(atoms: list[Atom], base: str, *, cell: bool = False) -> str:
    """Runs of one line as Markdown. Links that lead nowhere by themselves are plain text."""
    merged = [atom for atom in _merge(atoms, base) if atom[0]]
    out: list[str] = []
    last = ""  # the last character written
    groups = [(href, [(text, tag) for text, tag, _ in run]) for href, run in groupby(merged, key=lambda a: a[2])]
    for number, (href, run) in enumerate(groups):
        following = ""
        if number + 1 < len(groups):
            next_href, next_run = groups[number + 1]
            following = "[" if next_href else _opening(*next_run[0])
        if href:
            if last == "!":
                out[-1] = out[-1][:-1] + "\\!"  # else it would be an image
            inner = _emphasis(run, "[", "]", in_link=True, cell=cell)
            out.append(f"[{inner}]({href})")
        else:
            out.append(_emphasis(run, last, following, in_link=False, cell=cell))
        last = out[-1][-1:]
    return "".join(out)


def escape_start(line: str) -> str:
    """A line that would open a list, a heading, a rule … gets a backslash.

    >>> escape_start("1986. A great year"), escape_start("- he said"), escape_start("1.5 litres")
    ('1986\\\\. A great year', '\\\\- he said', '1.5 litres')
    """
    found = _BLOCK_START.match(line)
    if found:
        return "\\" + line
    numbered = _NUMBERED.match(line)
    if numbered:
        at = len(numbered[0].rstrip()) - 1
        return line[:at] + "\\" + line[at:]
    if _TASK.match(line):
        return "\\" + line
    return line


def target(href: str, base: str) -> str:
    """The address a link leads to, or "" where it leads nowhere outside its page.

    >>> target("/a b", "https://site.example/x/"), target("#top", "https://site.example/"), target("x", "")
    ('https://site.example/a%20b', '', '')
    """
    href = href.strip()
    if not href or href[0] == "#":
        return ""
    try:
        whole = urljoin(base, href) if base else href
        parts = urlsplit(whole)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES or not (parts.netloc or (parts.scheme == "mailto" and parts.path)):
        return ""
    return _UNSAFE_IN_LINK.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode("utf-8")), whole)


def _merge(atoms: list[Atom], base: str) -> list[Atom]:
    """Atoms of one look become one, over the space between them; space at a run's edge goes outside."""
    out: list[Atom] = []
    for text, tag, href in atoms:
        if tag not in _CODE and tag not in _STRONG and tag not in _SLANTED:
            tag = ""
        else:
            tag = "code" if tag in _CODE else "strong" if tag in _STRONG else "em"
        link = target(href, base) if href else ""
        body = text.strip()
        if not body or not (tag or link):
            _push(out, text, "" if not body else tag, link if body else "")
            continue
        at = text.index(body)
        if at:
            _push(out, text[:at], "", "")
        _push(out, body, tag, link)
        if at + len(body) < len(text):
            _push(out, text[at + len(body) :], "", "")
    if out:
        out[0] = (out[0][0].lstrip(), *out[0][1:])
        out[-1] = (out[-1][0].rstrip(), *out[-1][1:])
    return out


def _push(out: list[Atom], text: str, tag: str, href: str) -> None:
    look = (tag, href)
    if out and out[-1][1:] == look:
        out[-1] = (out[-1][0] + text, tag, href)
        return
    if len(out) > 1 and any(look) and not out[-1][0].strip() and not any(out[-1][1:]):
        before = out[-2]
        if before[1:] == look:
            gap = out.pop()[0]
            out[-1] = (before[0] + gap + text, tag, href)
            return
        if href and before[2] == href:
            out[-1] = (out[-1][0], "", href)
    out.append((text, tag, href))


def _opening(text: str, tag: str) -> str:
    """The first character that a run will put on the line."""
    return "`" if tag == "code" else text[:1]


def _emphasis(run: list[tuple[str, str]], before: str, after: str, *, in_link: bool, cell: bool) -> str:
    out: list[str] = []
    last = before
    for at, (text, tag) in enumerate(run):
        following = _opening(*run[at + 1]) if at + 1 < len(run) else after
        if tag == "code" and last != "`":
            piece = _code(text, cell)
        else:
            piece = _escape(text, last, following, in_link=in_link, cell=cell)
            mark = "**" if tag == "strong" else "*" if tag == "em" else ""
            if mark and last != "*" and _can_stand(last, text, following):
                piece = mark + piece + mark
        out.append(piece)
        last = piece[-1:]
    return "".join(out)


def _can_stand(before: str, text: str, after: str) -> bool:
    """Whether Markdown would read stars around `text` as stars of emphasis."""
    opens = text[0].isalnum() or not before or before.isspace() or before in _PUNCTUATION
    closes = text[-1].isalnum() or not after or after.isspace() or after in _PUNCTUATION
    return opens and closes


def _code(text: str, cell: bool) -> str:
    ticks = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * (ticks + 1)
    if text[0] == "`" or text[-1] == "`":
        text = f" {text} "
    if cell:
        text = text.replace("|", "\\|")
    return fence + text + fence


def _escape(text: str, before: str, after: str, *, in_link: bool, cell: bool) -> str:
    """Backslashes where Markdown would take a character for its own."""
    if not _SYNTAX.search(text):
        return text
    end = len(text)

    def mark(found: re.Match[str]) -> str:
        at = found.start()
        char = found[0]
        left = text[at - 1] if at else before
        right = text[at + 1] if at + 1 < end else after
        if char == "\\":
            needed = at + 1 == end or right in _PUNCTUATION
        elif char == "*":
            needed = not (left.isspace() and right.isspace())
        elif char == "_":
            needed = not (left.isalnum() and right.isalnum())
        elif char == "[":
            needed = in_link
        elif char == "]":
            needed = in_link or right == "(" or right == ":"
        elif char == "<":
            needed = right.isalpha() or (right != "" and right in "/!?")
        elif char == "&":
            needed = bool(_ENTITY.match(text, at))
        elif char == "~":
            needed = right == "~" or left == "~" or left.isalnum() or not (not left or left.isspace() or right.isalnum())
        elif char == "|":
            needed = cell
        else:
            needed = True
        return "\\" + char if needed else char

    return _SYNTAX.sub(mark, text)
