"""What kind of page this is, for rules that depend on it: a thread's replies are comments only under an article.

Evidence adds points to kinds; what the page declares weighs most, then its address, then its structure, which is
looked at only while the first two leave it open.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult

from cleaners.page import Page
from cleaners.stages import hints as h
from cleaners.stages.json_ld import LinkedData
from cleaners.stages.kind_evidence import DOCUMENTATION_TITLE, GENERATORS, HOSTS, OPEN_GRAPH, PATHS, PRICE, SLUG, TYPES
from cleaners.stages.urls import address_of

ORDER: Final = ("article", "forum", "product", "documentation", "listing", "collection", "service", "other")
FEW: Final = 100  # words below which an address says nothing
SETTLED: Final = 5  # points ahead of the next kind at which structure is not looked at
SOLD: Final = 3  # points below which "product" loses a tie: the type is also put on services, for its stars
_HEADINGS: Final = frozenset({"h2", "h3", "h4"})
_POST: Final = frozenset({"post", "forum-post", "topic-post", "thread-post"})
_THREAD: Final = frozenset({"topic", "thread", "topic-posts", "thread-posts", "topic-body", "topic-view", "forum-topic"})
Points = dict[str, int]


def page_kind(page: Page, ld: LinkedData) -> str:
    """article, forum, product, listing, collection, documentation, service or other; plain text is an article."""
    if page.kind == "text":
        return "article"
    points: Points = dict.fromkeys(ORDER, 0)
    _declared(page, ld, points)
    nothing = not any(points.values())
    _address(address_of(page), points)
    ranked = sorted(points.values())
    if ranked[-1] - ranked[-2] < SETTLED:
        if nothing and sum(segment.words for segment in page.segments) < FEW:
            return "other"  # a form, an error page, an application before its scripts have run
        _structure(page, points)
    points["product"] -= points["product"] < SOLD
    best = max(ORDER, key=points.__getitem__)  # of equals the first in ORDER
    return best if points[best] > 0 else "other"


def _declared(page: Page, ld: LinkedData, points: Points) -> None:
    seen: set[str] = set()
    elsewhere = bool(ld.product) and not _names_page(ld.product, page)  # one of several products on the page
    for kind in ld.types:
        if (found := TYPES.get(kind)) and found[0] not in seen:
            seen.add(found[0])
            points[found[0]] += found[1] if found[0] != "product" else found[1] - elsewhere
    published = False
    priced = bool(ld.price) and not elsewhere
    for name, content in page.head.meta:
        if name == "og:type":
            if found := OPEN_GRAPH.get(content.strip().lower()):
                points[found[0]] += found[1]
        elif name == "generator":
            for pattern, kind, weight in GENERATORS:
                if pattern.search(content):
                    points[kind] += weight
                    break
        elif name == "article:published_time":
            published = True
        elif name in ("product:price:amount", "og:price:amount", "product:price.amount"):
            priced = True
    points["article"] += 2 * published
    points["product"] += 3 * priced
    if DOCUMENTATION_TITLE.search(page.head.title):
        points["documentation"] += 2


def _names_page(name: str, page: Page) -> bool:
    words = name.casefold().split()
    title = page.head.title.casefold()
    return not title or sum(word in title for word in words) * 2 >= len(words)


def _address(parts: SplitResult, points: Points) -> None:
    if not (host := parts.hostname):
        return
    for pattern, kind, weight in HOSTS:
        if pattern.search(host):
            points[kind] += weight
            break
    path, query = parts.path.lower(), parts.query.lower()
    if not path.strip("/") and not query:
        points["service"] += 2
        points["listing"] += 1
        return
    address = f"{path}?{query}" if query else path
    matched = False
    for pattern, kind, weight in PATHS:
        if pattern.search(address):
            points[kind] += weight
            matched = True
    if not matched and SLUG.search(path.rsplit("/", 2)[-1] or path.rsplit("/", 2)[-2]):
        points["article"] += 1


def _is_thread(page: Page) -> bool:
    """Whether an element called a topic or thread holds several called posts: boards that no generator names."""
    posts = 0
    for element in page.elements:
        if "post" not in element.classes or _POST.isdisjoint(element.classes.lower().split()):
            continue
        up = element.parent
        for _ in range(2):
            if up is not None and not _THREAD.isdisjoint(up.classes.lower().split()):
                posts += 1
                if posts > 1:
                    return True
                break
            up = up.parent if up is not None else None
    return False


def _structure(page: Page, points: Points) -> None:
    posts = products = prose = code = prices = headings = linked = total = link_characters = 0
    dated = bool(page.head.times)
    told = h.POST | h.PRODUCT | h.DATE | h.BYLINE
    post, product, away, aside = h.POST, h.PRODUCT, h.COMMENT | h.FOOTER, h.RELATED | h.FOOTER | h.SIDEBAR
    price = PRICE.search
    for segment in page.segments:
        words = segment.words
        hints = segment.hints
        in_links = segment.link_chars
        total += words
        link_characters += in_links
        if hints & told:
            posts += hints & post != 0
            products += hints & product != 0
            dated = dated or (words < 15 and hints & (h.DATE | h.BYLINE) != 0)
        kind = segment.kind
        if kind == "pre":
            code += words
        elif words >= 25:
            if not hints & away and in_links * 3 < segment.stop - segment.start:
                prose += words
        elif kind in _HEADINGS:
            if not hints & aside:
                headings += 1
                linked += in_links * 2 > segment.stop - segment.start
        elif words < 8 and prices < 40 and price(segment.text):
            prices += 1
    characters = len(page.source_text)
    share = prose / total if total else 0.0
    links = link_characters / characters if characters else 0.0
    points["forum"] += 2 * (posts >= 8 and points["forum"] > 0)
    points["forum"] += 4 * _is_thread(page)
    if code > 20:
        points["documentation"] += 1 + (code * 3 > prose)
    # Of wcxb-dev's pages whose address says nothing, half the articles have a date or byline and more than .6 of their
    # words in prose; half the service pages have less than .38, one in ten a byline.
    points["article"] += (prose >= 300) + (share >= 0.5 and prose >= 40) + (dated and prose >= 40)
    points["service"] += (share < 0.5 and prose < 1500) + (share < 0.5 and not dated)
    if prices >= 10 and prose < 600 and points["product"] < 4:
        points["collection"] += 2 + (products >= 8)
    elif prices >= 2 and products >= 5 and prose < 1500:
        points["product"] += 1 + (points["product"] > 1)
    elif not prices and points["product"] == 3:
        points["product"] //= 2  # an address that says so is not enough
    if linked >= 6 and linked * 2 > headings and prose < 700:
        points["listing"] += 2
        points["collection"] += prices >= 6
    if links > 0.4:
        points["listing"] += 1 + (share < 0.15)
        points["collection"] += 2 * (prices >= 6)
