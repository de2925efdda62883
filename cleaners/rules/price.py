"""The price of a product stays: short as it is, the judge takes it for furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page
from cleaners.stages import hints as h

NEAR = 12  # blocks behind the product's name
WORDS = 6  # of a price with its label
_AMOUNT: Final = (
    r"(?:(?:US|CA|AU|NZ|HK|S|R|A|C)?\$|[£€¥₹₩₫₽₴₺฿₪]|Rs\.?|RM|kr\.?|Kč|zł|CHF|EUR|USD|GBP|INR)\s?\d[\d.,\s]*"
    r"|\d[\d.,\s]*(?:€|£|\$|¥|₫|₽|₴|₺|₪|zł|kr|Kč|Ft|lei|лв|руб|грн|円|元|원|TL|đ|EUR|USD|CHF)(?!\w)"
)
_PRICE: Final = re.compile(_AMOUNT)
_ELSEWHERE: Final = (
    h.RELATED | h.FOOTER | h.SIDEBAR | h.NAV | h.HIDDEN | h.CLOAKED | h.COMMENT | h.FORM | h.MODAL | h.POPUP | h.AD
)


def price(page: Page) -> Iterator[Mark]:
    """A keep for the first price behind a product's name."""
    if page.page_kind != "product" or page.lead < 0:
        return
    for segment in page.segments[page.lead + 1 : page.lead + NEAR]:
        if segment.words > WORDS or segment.links or segment.hints & _ELSEWHERE or segment.kind == "control":
            continue
        if not any(map(str.isdigit, segment.text)):
            continue
        if (segment.hints & h.PRODUCT or len(segment.text) < 20) and _PRICE.search(segment.text):
            yield Mark(segment.start, segment.stop, "keep", "price", "price", 0.8, "text", "the product's price")
            return
