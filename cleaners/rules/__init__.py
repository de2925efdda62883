"""Every rule, in the order in which they are asked. Rules yield marks; only the pipeline drops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from cleaners.page import Evidence, Mark, Page
from cleaners.profile import Profile
from cleaners.rules.adblock_prompt import adblock_prompt
from cleaners.rules.advertisement import advertisement
from cleaners.rules.app_promo import app_promo
from cleaners.rules.author_box import author_box
from cleaners.rules.banner_label import banner_label
from cleaners.rules.breadcrumb import breadcrumb
from cleaners.rules.byline import byline
from cleaners.rules.caption import caption
from cleaners.rules.comments import comments
from cleaners.rules.contact_footer import contact_footer
from cleaners.rules.cookie_notice import cookie_notice
from cleaners.rules.duplicate_text import duplicate_text
from cleaners.rules.foreign_edge import foreign_edge
from cleaners.rules.form_controls import form_controls
from cleaners.rules.headline import headline
from cleaners.rules.hidden_text import hidden_text
from cleaners.rules.host_memory import host_memory
from cleaners.rules.legal_footer import legal_footer
from cleaners.rules.login_prompt import login_prompt
from cleaners.rules.navigation import navigation
from cleaners.rules.newsletter import newsletter
from cleaners.rules.pagination import pagination
from cleaners.rules.paywall import paywall
from cleaners.rules.price import price
from cleaners.rules.publish_date import publish_date
from cleaners.rules.reading_time import reading_time
from cleaners.rules.related_links import related_links
from cleaners.rules.share_bar import share_bar
from cleaners.rules.skip_link import skip_link
from cleaners.rules.spam_injection import spam_injection
from cleaners.rules.tags import tags
from cleaners.rules.view_count import view_count

Rule = Callable[[Page], Iterator[Mark]]

# The more telling name comes first: where two rules of one rank mark the same span, the earlier one names it.
RULES: Final[tuple[Rule, ...]] = (
    headline,
    price,
    spam_injection,
    hidden_text,
    skip_link,
    cookie_notice,
    adblock_prompt,
    paywall,
    login_prompt,
    newsletter,
    app_promo,
    share_bar,
    advertisement,
    banner_label,
    breadcrumb,
    pagination,
    caption,
    reading_time,
    view_count,
    byline,
    publish_date,
    author_box,
    tags,
    related_links,
    comments,
    legal_footer,
    contact_footer,
    navigation,
    form_controls,
    duplicate_text,
    foreign_edge,
    host_memory,
)


def marks_of(page: Page, evidence: Evidence, profile: Profile, check: Callable[[], None]) -> list[Mark]:
    """All marks on a page. Rules see the page, what the caller knows and the profile through `page.facts`.

    `check` is called before each rule and may raise: the page's time may be up.
    """
    page.facts["profile"] = profile
    page.facts["evidence"] = evidence
    marks: list[Mark] = []
    for rule in RULES:
        check()
        marks += rule(page)
    return marks
