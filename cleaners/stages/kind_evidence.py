"""What speaks for each kind of page in its declarations and its address, with the points it gives."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Sign(NamedTuple):
    """A pattern and what it says."""

    pattern: re.Pattern[str]
    kind: str
    points: int


def _sign(kind: str, points: int, *patterns: str) -> Sign:
    return Sign(re.compile("|".join(patterns)), kind, points)


# JSON-LD @type; of several for one kind the first counts.
TYPES: Final[dict[str, tuple[str, int]]] = {
    "DiscussionForumPosting": ("forum", 7), "QAPage": ("forum", 7), "Article": ("article", 3), "NewsArticle": ("article", 5),
    "BlogPosting": ("article", 5), "ReportageNewsArticle": ("article", 5), "OpinionNewsArticle": ("article", 5),
    "ScholarlyArticle": ("article", 5), "MedicalScholarlyArticle": ("article", 5), "Recipe": ("article", 5),
    "LiveBlogPosting": ("article", 5), "HowTo": ("article", 1), "TechArticle": ("documentation", 3),
    "APIReference": ("documentation", 5), "Product": ("product", 2), "ProductGroup": ("product", 5),
    "IndividualProduct": ("product", 4), "Book": ("product", 2), "Vehicle": ("product", 2), "CollectionPage": ("listing", 3),
    "SearchResultsPage": ("listing", 4), "ItemList": ("listing", 1), "OfferCatalog": ("collection", 3),
    "Service": ("service", 4), "SoftwareApplication": ("service", 3), "ProfessionalService": ("service", 1),
    "LocalBusiness": ("service", 1), "JobPosting": ("other", 4), "Event": ("other", 4), "ProfilePage": ("other", 4),
}  # fmt: skip
OPEN_GRAPH: Final[dict[str, tuple[str, int]]] = {
    "article": ("article", 2), "blog": ("article", 1), "product": ("product", 4), "og:product": ("product", 4),
    "product.item": ("product", 4), "product.group": ("collection", 6), "ebay-objects:item": ("product", 5),
    "profile": ("other", 3), "books.book": ("product", 2),
}  # fmt: skip
GENERATORS: Final = (
    _sign(
        "forum", 7, r"(?i)discourse|phpbb|vbulletin|xenforo|mybb|nodebb|flarum|simple machines|\bsmf\b|vanilla",
        "invision|punbb|fluxbb|discuz|lithium",
    ),
    _sign(
        "documentation", 6, r"(?i)sphinx|docusaurus|mkdocs|mdbook|gitbook|vitepress|vuepress|antora|docfx|doxygen",
        r"javadoc|starlight|docsify|readme\.io|rustdoc|docutils|bookdown|quarto",
    ),
    _sign("documentation", 3, r"(?i)dokuwiki|bookstack|wiki\.js"),
    _sign("product", 1, "(?i)shopify|woocommerce|magento|prestashop|opencart"),
)  # fmt: skip
HOSTS: Final = (
    _sign(
        "forum", 2, r"^(?:forums?|community|discuss(?:ions?)?|bbs|boards?|talk|discourse)\.",
        r"\.?(?:forums?|boards?)\d*\.[a-z]+$",
        r"forum\w*\.[a-z]+$", r"stackexchange|stackoverflow\.com|reddit\.com|askubuntu|serverfault|superuser",
    ),
    _sign("documentation", 3, r"^(?:docs?|developers?|wiki|api|reference|manual|learn\.microsoft)\."),
    _sign("article", 1, r"^(?:blog|news)\.|\.blog$|substack|medium\.com|blogspot|wordpress\.com"),
    _sign("product", 1, r"^(?:shop|store)\."),
)  # fmt: skip
PATHS: Final = (
    _sign(
        "forum", 4, "/forums?/.|/threads?/.|showthread|viewtopic|viewthread|showtopic|/thread-|thread-[0-9]", "/topic/.",
        r"/t/[^/]+/\d+", r"/questions/\d+", "/discussions?/.", r"/r/\w+/comments/", r"/d/\d+-",
        r"index\.php\?topic=", r"-td\d+\.html",
    ),
    _sign(
        "documentation", 3, "/docs?/|/docs?$|/documentation(?:/|$)|/reference/|/manual/|/javadoc/|/handbook/|/howto/",
        r"/man\d?/", "/api(?:-docs?)?/", "/(?:latest|stable|master|main)/", "/tutorials?/",
    ),
    _sign(
        "product", 3, "/(?:products?|produkte?|produits?|productos?|prodotti|itm|dp|items?|sku|pdp)/[^/]{3,}", "/p/[^/]{3,}",
        r"/app/(?:[\w-]+/(?:id)?)?\d{3,}", "/apps/details", r"[-_/]p-?\d{5,}(?:\.html?)?/?$",
    ),
    _sign(
        "collection", 3, "/collections?/[^/]+/?$", "/(?:c|cat|categor(?:y|ies|ia|ie)|catalog(?:ue)?|browse|department|b|s)/",
        "/(?:shop|store|products?|all-products)/?$", "/shop/[^/]+/?$", r"-c\d+(?:\.html)?$", "product-category/",
    ),
    _sign(
        "listing", 3, "/(?:categor(?:y|ies)|tags?|topics?|archives?|search|rubrik|thema|author|genre|section)/",
        "/(?:news|blog|articles|press|stories|events|jobs|courses|recipes|podcasts|videos|latest)/?$", r"/page/\d+/?$",
        "[?&](?:q|query|s|search)=",
    ),
    _sign(
        "article", 3, "/blogs?/.|/articles?/.|/resources/.", r"/(?:19|20)\d\d/\d\d?/",
        "/(?:posts?|story|stories|news|press-releases?|insights?|magazine|opinion|recipes?|guides?)/[^/]+[-_][^/]+",
        r"-\d{6,}\.html?$", r"\.article$",
    ),
    _sign(
        "service", 3, "/(?:services?|solutions?|pricing|features?|what-we-do|capabilities|platform|plans|leistungen)(?:/|$)",
    ),
)  # fmt: skip
DOCUMENTATION_TITLE: Final = re.compile(r"(?i)\b(?:documentation|docs|manual|reference|handbook|api)\b|\| mdn\b|wiki\b")
PRICE: Final = re.compile(r"[$£€¥₹₩₫₽₴₺฿]\s?\d|\d\s?(?:€|EUR|USD|zł|kr|Kč|₫|đ|руб|円|元|원|TL|лв)(?!\w)")
SLUG: Final = re.compile(r"[a-z0-9%]+(?:[-_][a-z0-9%]+){3,}")
