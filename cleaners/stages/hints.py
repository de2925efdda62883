"""What the class, id and role of an element say about it, as a set of bits, cached per string.

Web authors name things in a few hundred words. A token such as `share` or `breadcrumbs` is strong
evidence, `content` is weak; both are only hints: the judge weighs them, a rule asks for more.
"""

from __future__ import annotations

import re
from typing import Final

NAV: Final = 1 << 0
HEADER: Final = 1 << 1
FOOTER: Final = 1 << 2
SIDEBAR: Final = 1 << 3
COOKIE: Final = 1 << 4
SHARE: Final = 1 << 5
RELATED: Final = 1 << 6
COMMENT: Final = 1 << 7
AD: Final = 1 << 8
NEWSLETTER: Final = 1 << 9
LOGIN: Final = 1 << 10
POPUP: Final = 1 << 11
HIDDEN: Final = 1 << 12  # by display, visibility, opacity, height or attribute: a script may show it
VISUALLY_HIDDEN: Final = 1 << 13  # a class for screen readers
CAPTION: Final = 1 << 14
BYLINE: Final = 1 << 15
DATE: Final = 1 << 16
TAGS: Final = 1 << 17
AUTHOR_BOX: Final = 1 << 18
BREADCRUMB: Final = 1 << 19
PAGINATION: Final = 1 << 20
CONTENT: Final = 1 << 21
POST: Final = 1 << 22  # a forum's post or a question's answer
FORM: Final = 1 << 23
WIDGET: Final = 1 << 24
PAYWALL: Final = 1 << 25
CARD: Final = 1 << 26
META: Final = 1 << 27
TOC: Final = 1 << 28
SKIP: Final = 1 << 29
MAIN: Final = 1 << 30  # <main>, <article>, role=main, itemprop=articleBody
TITLE: Final = 1 << 31
MODAL: Final = 1 << 32
BUTTON: Final = 1 << 33
COUNT: Final = 1 << 34
APP: Final = 1 << 35
LEGAL: Final = 1 << 36
PRODUCT: Final = 1 << 37
CONTACT: Final = 1 << 38
CLOAKED: Final = 1 << 39  # out of sight by tricks that no script undoes: off-screen, zero size, colour on colour

_TOKENS: Final[dict[int, str]] = {
    NAV: "nav navbar navigation navi navlist menu menubar megamenu submenu topbar topnav subnav sitenav offcanvas hamburger"
    " toolbar quicklinks quicknav sidenav leftnav rightnav menuitem menulist mainmenu topmenu navmenu tabbar",
    HEADER: "header masthead topbar banner siteheader sitehead globalheader pageheader hdr",
    FOOTER: "footer foot siteinfo colophon bottombar ftr footernav sitefooter globalfooter",
    SIDEBAR: "sidebar aside rail rightrail rightcol leftcol sidebars rightcolumn leftcolumn sidecolumn secondary"
    " complementary rightside leftside sidecol sidepanel",
    COOKIE: "cookie cookies cookiebar cookiebanner cookienotice cookieconsent consent gdpr ccpa onetrust otsdk didomi cybot"
    " cookiebot usercentrics cmplz borlabs iubenda osano klaro termly quantcast qc-cmp2 sourcepoint truste trustarc"
    " cky eupopup eucookie rgpd lgpd dsgvo cookielaw tarteaucitron axeptio orejime moove",
    SHARE: "share sharing shares sharebar sharebuttons sharetools social socials socialmedia addthis sharedaddy addtoany a2a"
    " sharethis shariff ssba heateor socialshare socialbar follow followus sns snsshare bookmarks jiathis bdshare"
    " sharelinks socialicons",
    RELATED: "related relatedposts relatednews jp-relatedposts yarpp recommended recommendation recommendations recommend"
    " recirc recirculation mostread mostpopular popular trending morefrom readmore readnext alsoread outbrain taboola"
    " zergnet revcontent mgid similar upnext seealso crosslinks linkedarticles relacionadas relacionados verwandte"
    " moreon morestories otherarticles upsell crosssell latest teasers interlink promobox topstories mostviewed"
    " suggested suggestions suggestion ranking",
    COMMENT: "comment comments commentlist commentform disqus respond reply replies discussion livefyre coral "
    " talkback fbcomments leserkommentare kommentare commentaires comentarios commentary hyvor viafoura spotim openweb",
    AD: "ad ads advert adverts advertisement advertising advertise adsbygoogle adslot adunit adbox adwrap adwrapper"
    " adcontainer dfp gpt sponsor sponsored sponsors sponsorship anzeige werbung reklama reklam publicidad publicite"
    " adholder banners doubleclick leaderboard skyscraper mpu adtech googlead",
    NEWSLETTER: "newsletter newsletters subscribe subscription subscriptions signup optin mailchimp mc4wp mailinglist"
    " emailsignup convertkit hubspot klaviyo substack suscribete abonnement boletin",
    LOGIN: "login signin logon loginform account register registration userbar userlinks",
    POPUP: "popup popover tooltip lightbox overlay flyout dropdown toast snackbar",
    MODAL: "modal dialog drawer interstitial",
    HIDDEN: "",
    VISUALLY_HIDDEN: "sronly screenreader screenreadertext visuallyhidden visually-hidden offscreen a11yhidden assistive"
    " sr-only element-invisible",
    CAPTION: "caption captions figcaption credit credits photocredit imagecredit bildunterschrift legende wpcaption"
    " imgcaption photocaption copyright pie-foto legenda",
    BYLINE: "byline bylines author authors writer dateline reporter redacteur autor auteur contributor vcard autore",
    DATE: "date dates time datetime timestamp published publishdate pubdate updated postdate postedon datum fecha timeago"
    " modified dateline entrydate",
    TAGS: "tag tags taglist tagcloud topics topic keywords keyword hashtags labels categories catlinks taxonomy tagged cats",
    AUTHOR_BOX: "authorbox authorbio bio aboutauthor authorinfo authorcard biography authordescription authorprofile",
    BREADCRUMB: "breadcrumb breadcrumbs crumb crumbs breadcrumblist ariane yoastbreadcrumb rootline migas",
    PAGINATION: "pagination pager paging pagenav pagenavi pagenumbers pagelinks prevnext nextprev postnav postnavigation"
    " paginator",
    CONTENT: "content contents body text story article post entry copy prose richtext rte wysiwyg articlebody articlecontent"
    " entrycontent postcontent storybody articletext maintext bodytext fulltext texte inhalt contenido conteudo contenu"
    " paragraph markdown maincontent description details detail summary abstract lead intro standfirst",
    POST: "postbody postcontent messagecontent postmessage cooked messagebody postcell answercell answer question"
    " postrow forumpost threadpost bbwrapper posttext messagetext",
    FORM: "form search searchform searchbox searchbar input field fieldset filter filters facets facet sort sorting"
    " autocomplete",
    WIDGET: "widget widgets module plugin embed carousel slider slideshow gallery ticker promo promos promotion cta callout"
    " calltoaction teaser sticky",
    PAYWALL: "paywall regwall premium piano tp-modal meteredwall subscriberonly metering barrier",
    CARD: "card cards tile tiles tease thumb thumbnail thumbs grid listitem item items",
    META: "meta info metadata entrymeta postmeta articlemeta infos details-bar",
    TOC: "toc tableofcontents contentslist sommaire inhaltsverzeichnis",
    SKIP: "skip skiplink skiplinks skipnav skiptocontent skip-link jumplink",
    TITLE: "title headline heading titre titulo entrytitle posttitle articletitle",
    BUTTON: "btn button buttons",
    COUNT: "count counts counter views viewcount likes rating ratings stars votes stats",
    APP: "appbanner smartbanner appstore appdownload getapp playstore",
    LEGAL: "legal disclaimer privacy terms impressum imprint",
    PRODUCT: "product pdp sku price specs specification specifications",
    CONTACT: "contact address adr phone tel",
}

_MAP: Final[dict[str, int]] = {}
for _bit, _words in _TOKENS.items():
    for _word in _words.split():
        _MAP[_word] = _MAP.get(_word, 0) | _bit

# Names written without separators, or with a prefix, that a token split cannot see.
_INSIDE: Final = re.compile(
    r"(?P<c>onetrust|cookie|consent|gdpr|didomi|usercentrics|cmplz|cybot|qc-cmp|sp_message|truste[-_])"
    r"|(?P<r>related|recommend|outbrain|taboola|mostread|most-read|most_read|most-popular|read-?more|read-?also|also-?read|you-?may)"
    r"|(?P<n>newsletter|sign-?up-?form|mc4wp|mailchimp|subscribe)"
    r"|(?P<s>share|social|addtoany|addthis)"
    r"|(?P<k>comment|disqus)"
    r"|(?P<b>breadcrumb)"
    r"|(?P<p>pagination|post-?nav|prev-?next)"
    r"|(?P<g>sidebar|side-bar)"
    r"|(?P<a>advert|sponsor|(?:^|[_-])ads?(?:$|[_-])|google_ads|gpt-ad|ad-slot|ad-unit|ad_slot)"
    r"|(?P<h>screen-?reader|visually-?hidden|sr-only|element-invisible)"
    r"|(?P<x>skip-?(?:link|to|nav))"
    r"|(?P<m>article-?(?:body|content|text)|story-?body|entry-?content|post-?(?:content|body)|content-?body|body-?(?:text|content|copy))"
    r"|(?P<u>author-?(?:bio|box|info|card|profile)|about-?author|post-?author-)"
    r"|(?P<f>footer)"
    r"|(?P<i>menu|navigation|nav-|-nav|navbar)"
    r"|(?P<t>table-of-contents|tableofcontents)"
)
# How a part ends behind which a pattern may go on, and how the next part then begins.
_GOES_ON: Final = tuple(
    "qc sp most read also you sign post prev side google gpt ad screen visually sr element skip article story entry content"
    " body author about table".split()
)
_GONE_ON: Final = tuple(
    "cmp message read more also may up form nav next bar ads slot unit reader hidden only invisible link to body content"
    " text copy bio box info card profile author of popular".split()
)
# Four letters in a row that begin a pattern inside a part; the short names of advertisements are parts of their own.
_BEGINNINGS: Final = frozenset(map(tuple,
    "onet cook cons gdpr dido user cmpl cybo rela reco outb tabo most read also news sign mc4w mail subs shar soci addt comm"
    " disq brea pagi post prev side adve spon scre visu skip arti stor entr cont body auth abou foot menu navi navb tabl"
    " youm".split()
))  # fmt: skip
_GROUP: Final = {
    "c": COOKIE, "r": RELATED, "n": NEWSLETTER, "s": SHARE, "k": COMMENT, "b": BREADCRUMB, "p": PAGINATION,
    "g": SIDEBAR, "a": AD, "h": VISUALLY_HIDDEN, "x": SKIP, "m": CONTENT, "u": AUTHOR_BOX, "f": FOOTER, "i": NAV,
    "t": TOC,
}  # fmt: skip
_SPLIT: Final = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=\d)")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

TAG_HINTS: Final[dict[str, int]] = {
    "nav": NAV, "header": HEADER, "footer": FOOTER, "aside": SIDEBAR, "form": FORM, "figcaption": CAPTION,
    "menu": NAV, "button": BUTTON, "select": FORM, "textarea": FORM, "main": MAIN, "article": MAIN, "time": DATE,
    "address": CONTACT, "dialog": MODAL, "option": FORM, "label": FORM,
}  # fmt: skip
_ROLES: Final[dict[str, int]] = {
    "navigation": NAV, "banner": HEADER, "contentinfo": FOOTER, "complementary": SIDEBAR, "search": FORM, "main": MAIN,
    "article": MAIN, "dialog": MODAL, "alertdialog": MODAL, "menu": NAV, "menubar": NAV, "form": FORM,
    "tablist": NAV, "button": BUTTON, "toolbar": NAV, "note": 0,
}  # fmt: skip

_cache: dict[str, int] = {}  # whole strings, which recur within a page
_names: dict[str, int] = {}  # single names, which recur from site to site
_parts: dict[str, int] = {}  # what names are made of, which recurs far more often
# above the bits of a part: it is known; a pattern may go on behind it; … whatever follows; it may go on a pattern
_KNOWN: Final = 1 << 40
_ENDS: Final = 1 << 41
_ENDS_ANY: Final = 1 << 42
_GOES: Final = 1 << 43
LONGEST: Final = 400  # characters of a class string that are read
_STRINGS: Final = 5_000  # few sites share whole strings
_NAMES: Final = 40_000  # half of a page's are on no other site


def class_hints(names: str) -> int:
    """Bits for a class or id string. Cached, by string and by name; a full cache is emptied.

    >>> class_hints("jp-relatedposts widget") & RELATED == RELATED
    True
    >>> class_hints("col-md-8")
    0
    """
    bits = _cache.get(names)
    if bits is None:
        bits = 0
        for name in names[:LONGEST].split():
            known = _names.get(name)
            if known is None:
                if len(_names) >= _NAMES:
                    _names.clear()
                known = _names[name] = _read(name)
            bits |= known
        if len(_cache) >= _STRINGS:
            _cache.clear()
        _cache[names] = bits
    return bits


def role_hints(role: str) -> int:
    """Bits for an ARIA role."""
    return _ROLES.get(role, 0)


def _read(name: str) -> int:
    """Bits of one class name. A long one with many parts is a slug made from a heading, and says nothing."""
    if len(name) > 40 and name.count("-") + name.count("_") > 5:
        return 0
    lower = name if name.islower() else _CAMEL.sub("-", name).lower()
    parts = lower.replace("_", "-").split("-")
    bits = _MAP.get(lower, 0)
    if len(parts) > 1:
        bits |= _MAP.get("".join(parts), 0)
    if len(lower) <= 5:
        for part in parts:
            bits |= _tokens(part)
        return bits
    get = _parts.get
    for part in parts:
        bits |= get(part) or _learn(part)
    # a pattern may reach over a separator
    if bits & _ENDS_ANY or (bits & _ENDS and bits & _GOES) or "-nav" in lower:
        bits |= _inside(lower)
    return bits & (_KNOWN - 1)


def _tokens(part: str) -> int:
    """Bits of the tokens in a part of a name."""
    bits = _MAP.get(part, 0)
    if not part.isalpha():
        for token in _SPLIT.split(part):
            bits |= _MAP.get(token, 0)
    return bits


def _learn(part: str) -> int:
    """Bits of a part of a name: of its tokens, of what stands inside, and how its begin and its end fit a pattern."""
    if part.isdigit():
        return _KNOWN
    bits = _KNOWN | _tokens(part)
    # the long pattern is tried only where four letters in a row could begin a match
    if len(part) < 4:
        bits |= AD if part in ("ad", "ads") else 0
    elif not _BEGINNINGS.isdisjoint(zip(part, part[1:], part[2:], part[3:], strict=False)):
        bits |= _inside(part)
    if part.endswith(("nav", "truste", "postauthor")):
        bits |= _ENDS_ANY
    elif part.endswith(_GOES_ON):
        bits |= _ENDS
    if part.startswith(_GONE_ON):
        bits |= _GOES
    if len(_parts) >= _NAMES:
        _parts.clear()
    _parts[part] = bits
    return bits


def _inside(name: str) -> int:
    """Bits of the patterns in a name."""
    bits = 0
    for match in _INSIDE.finditer(name):
        bits |= _GROUP[match.lastgroup or "m"]
    return bits
