"""Login prompts: "Log in to continue"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import phrase_marks

STEMS = ("login", "log in", "sign in", "password", "anmeld", "connexion", "faq")


def login_prompt(page: Page) -> Iterator[Mark]:
    """Blocks that ask the reader to sign in or register."""
    yield from phrase_marks(page, "login_prompt", longest=30, stems=STEMS)
