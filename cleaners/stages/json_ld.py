"""What a page says of itself in JSON-LD, read leniently: half the metadata of the web, often in broken JSON."""

from __future__ import annotations

import html
from typing import Any, NamedTuple

from cleaners.stages.lenient_json import documents

MAX_CHARS = 2_000_000  # of one script; the largest on wcxb-dev has 153,095
MAX_NODES = 400  # looked at on one page
MAX_DEPTH = 6  # of descent through @graph and mainEntity

ARTICLE_TYPES = frozenset(
    "Article NewsArticle BlogPosting OpinionNewsArticle ReportageNewsArticle AnalysisNewsArticle"
    " AdvertiserContentArticle BackgroundNewsArticle ReviewNewsArticle LiveBlogPosting Report TechArticle"
    " ScholarlyArticle MedicalScholarlyArticle SatiricalArticle SocialMediaPosting DiscussionForumPosting"
    " APIReference Recipe HowTo Chapter Thesis".split()
)
WORK_TYPES = frozenset(
    "Question Product ProductGroup IndividualProduct Book Movie Course Event CreativeWork JobPosting"
    " SoftwareApplication WebApplication MobileApplication VideoObject PodcastEpisode Episode TVEpisode"
    " MusicAlbum MusicRecording Review Dataset Vehicle Car Service MedicalWebPage".split()
)
PAGE_TYPES = frozenset(
    "WebPage ItemPage AboutPage ContactPage FAQPage CollectionPage ProfilePage QAPage CheckoutPage SearchResultsPage".split()
)
PRODUCT_TYPES = frozenset("Product ProductGroup IndividualProduct Vehicle Car".split())

_PUBLISHED = ("datePublished", "dateCreated", "datePosted")


class LinkedData(NamedTuple):
    """The few things the other stages ask for. Empty where the page declares nothing."""

    headline: str = ""
    authors: tuple[str, ...] = ()
    date_published: str = ""
    date_modified: str = ""
    publisher: str = ""
    site_name: str = ""  # name of the WebSite
    description: str = ""
    article_body: str = ""
    types: tuple[str, ...] = ()  # every @type seen on a node that describes the page
    is_accessible_for_free: bool | None = None
    breadcrumbs: tuple[str, ...] = ()
    product: str = ""
    price: str = ""  # "19.90 EUR"
    language: str = ""
    page_date: bool = False  # the date is that of the WebPage, not of an article


def linked_data(scripts: list[str]) -> LinkedData:
    """Read all JSON-LD of one page.

    >>> linked_data(['{"@type": "NewsArticle", "headline": "Rain at last",}']).headline
    'Rain at last'
    """
    nodes: list[dict[str, Any]] = []
    for script in scripts:
        if len(script) <= MAX_CHARS:
            for document in documents(script):
                _collect(document, nodes, 0)
    return _summary(nodes) if nodes else LinkedData()


def _collect(value: Any, nodes: list[dict[str, Any]], depth: int) -> None:
    """The nodes that describe the page itself: not those of list items, offers, reviews, images."""
    if depth > MAX_DEPTH or len(nodes) >= MAX_NODES:
        return
    if isinstance(value, list):
        for item in value:
            _collect(item, nodes, depth + 1)
    elif isinstance(value, dict):
        nodes.append(value)
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            inner = value.get(key)
            if isinstance(inner, (dict, list)):
                _collect(inner, nodes, depth + 1)


def _summary(nodes: list[dict[str, Any]]) -> LinkedData:
    by_id = {identity: node for node in nodes if isinstance(identity := node.get("@id"), str) and len(node) > 1}
    types: dict[str, None] = {}
    ranked: list[tuple[int, dict[str, Any]]] = []
    breadcrumbs: tuple[str, ...] = ()
    site_name = organisation = product = price = ""
    for node in nodes:
        own = _types(node)
        types.update(dict.fromkeys(own))
        rank = _rank(own)
        if rank < 4 and not (product and "Review" in own):
            ranked.append((rank, node))
        if "BreadcrumbList" in own and not breadcrumbs:
            breadcrumbs = _breadcrumbs(node)
        if "WebSite" in own and not site_name:
            site_name = _text(node.get("name"))
        if not organisation and any(kind.endswith("Organization") or kind == "Corporation" for kind in own):
            organisation = _text(node.get("name"))
        if not product and not PRODUCT_TYPES.isdisjoint(own):
            product, price = _text(node.get("name")), _price(node.get("offers"))
    crumb = next((node["breadcrumb"] for _, node in ranked if isinstance(node.get("breadcrumb"), dict)), None)
    if crumb is not None and not breadcrumbs:
        breadcrumbs = _breadcrumbs(crumb)
    ranked.sort(key=lambda pair: pair[0])
    headlined = [node for rank, node in ranked if rank == 0]
    # Several articles in one page's data are a list of teasers: none of them is the page.
    if len({_text(node.get("headline")) for node in headlined} - {""}) > 1:
        ranked = [pair for pair in ranked if pair[0] != 0]
        headlined = []
    best = [node for _, node in ranked]
    works = [node for rank, node in ranked if rank < 2]
    rank, published = next(((rank, day) for rank, node in ranked if (day := _first([node], *_PUBLISHED))), (0, ""))
    return LinkedData(
        headline=_first(headlined, "headline") or _first(headlined, "name") or _first(works, "headline", "name"),
        authors=_authors(best, by_id),
        date_published=published,
        date_modified=_first(best, "dateModified"),
        publisher=_publisher(best, by_id) or organisation,
        site_name=site_name,
        description=_first(best, "description"),
        article_body=next(filter(None, (_body(node.get("articleBody")) for node in best)), ""),
        types=tuple(types),
        is_accessible_for_free=next((free for node in best if (free := _free(node)) is not None), None),
        breadcrumbs=breadcrumbs,
        product=product,
        price=price,
        language=_language(best),
        page_date=rank >= 2,
    )


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    if isinstance(kinds, str):
        kinds = [kinds]
    elif not isinstance(kinds, list):
        return []
    return [_upper_first(kind.rsplit("/", 1)[-1].strip()) for kind in kinds if isinstance(kind, str) and kind.strip()]


def _upper_first(name: str) -> str:
    return name[:1].upper() + name[1:]


def _rank(kinds: list[str]) -> int:
    """How much a node of these types is the page: 0 article, 1 other work, 2 the page as such, 3 untyped, 4 no."""
    if not kinds:
        return 3
    for rank, names in enumerate((ARTICLE_TYPES, WORK_TYPES, PAGE_TYPES)):
        if not names.isdisjoint(kinds):
            return rank
    return 4


def _text(value: Any) -> str:
    """A string out of the ways a string is written: plain, in a list, as {"@value": …} or {"name": …}."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name") or ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    text = str(value)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def _body(value: Any) -> str:
    """An article's text as declared: its line breaks tell its paragraphs."""
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(_body, value)))
    return html.unescape(value).strip() if isinstance(value, str) else ""


def _first(nodes: list[dict[str, Any]], *keys: str) -> str:
    for node in nodes:
        for key in keys:
            if text := _text(node.get(key)):
                return text
    return ""


def _authors(nodes: list[dict[str, Any]], by_id: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    for node in nodes:
        found: dict[str, None] = {}
        for key in ("author", "creator"):
            given = node.get(key)
            for person in given if isinstance(given, list) else [given]:
                if isinstance(person, dict) and "name" not in person:
                    person = by_id.get(str(person.get("@id")), {})
                if name := _text(person):
                    found[name] = None
            if found:
                return tuple(found)
    return ()


def _publisher(nodes: list[dict[str, Any]], by_id: dict[str, dict[str, Any]]) -> str:
    for node in nodes:
        publisher = node.get("publisher")
        if isinstance(publisher, list):
            publisher = publisher[0] if publisher else None
        if isinstance(publisher, dict) and "name" not in publisher:
            publisher = by_id.get(str(publisher.get("@id")))
        if name := _text(publisher):
            return name
    return ""


def _free(node: dict[str, Any]) -> bool | None:
    free = node.get("isAccessibleForFree")
    if isinstance(free, bool):
        return free
    if isinstance(free, str) and free.strip():
        return free.strip().rsplit("/", 1)[-1].lower() != "false"
    return None


def _breadcrumbs(node: dict[str, Any]) -> tuple[str, ...]:
    items = node.get("itemListElement")
    taken = [item for item in items[:20] if isinstance(item, dict)] if isinstance(items, list) else []
    names = [_text(item.get("name")) or _text(item.get("item")) for item in taken]
    return tuple(name for name in names if name and not name.startswith("http"))


def _price(offers: Any) -> str:
    if isinstance(offers, list):
        offers = offers[0] if offers else None
    if not isinstance(offers, dict):
        return ""
    amount = _text(offers.get("price")) or _text(offers.get("lowPrice"))
    return f"{amount} {_text(offers.get('priceCurrency'))}".strip() if amount else ""


def _language(nodes: list[dict[str, Any]]) -> str:
    for node in nodes:
        given = node.get("inLanguage")
        if isinstance(given, dict):
            given = given.get("alternateName") or given.get("name")
        if text := _text(given):
            return text
    return ""
