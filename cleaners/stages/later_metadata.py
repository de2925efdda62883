"""What rules ask of the metadata of plain text that they look at a second time, worked out when it is asked."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from cleaners.page import Page
from cleaners.stages.authors import find_author
from cleaners.stages.json_ld import LinkedData
from cleaners.stages.titles import Title, find_title, site_keys, site_name

_NOTHING: Final = LinkedData()
_NO_META: Final[dict[str, str]] = {}


class LaterMetadata:
    """Stands for a `Metadata` of text without markup, whose only sources are its lines. No rule asks for its date."""

    description = ""

    def __init__(self, page: Page) -> None:
        self._page = page

    @cached_property
    def site_name(self) -> str:
        return site_name(self._page, _NOTHING, _NO_META)

    @cached_property
    def _names(self) -> frozenset[str]:
        return site_keys(self._page, _NOTHING, _NO_META, self.site_name)

    @cached_property
    def _title(self) -> Title:
        return find_title(self._page, _NOTHING, _NO_META, self._names)

    @property
    def title(self) -> str:
        return self._title.text

    @cached_property
    def author(self) -> str:
        return find_author(self._page, _NOTHING, _NO_META, self._names, self._title.segment)
