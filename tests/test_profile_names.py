"""A misspelt name in a profile is refused: it would do nothing, and nobody would hear of it."""

from __future__ import annotations

import pytest

from cleaners import Profile
from cleaners.errors import BadProfile
from cleaners.profile import REASONS, parse_profile, phrased
from cleaners.rules import RULES
from tests.cases import ROOT


@pytest.mark.parametrize(
    "toml",
    [
        '[reasons]\ntags = "keep"\nboilerplate = "flag"\ntitle = "keep"',
        '[extra_phrases]\nrelated_links = ["from the archive"]',
        '[hosts."news.example"]\ncaptions = true\nreasons = { share_bar = "keep" }',
        '[hosts."xn--mnchen-3ya.example"]\ntitle = false',
        '[hosts."münchen.example"]\ntitle = false',
        "[hosts.localhost]\ntitle = false",
        '[hosts."192.0.2.1"]\ntitle = false',
        '[hosts."2001:db8::1"]\ntitle = false',
        'allow_hosts = ["bets.example"]',
    ],
)
def test_names_that_exist(toml: str) -> None:
    parse_profile(toml)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[reasons]\ncookie_notices = "keep"', "no reason `cookie_notices`. Did you mean `cookie_notice`?"),
        ('[reasons]\nShare-Bar = "keep"', "Did you mean `share_bar`?"),
        ('[reasons]\nqqqq = "keep"', "no reason `qqqq`."),
        ('[reasons]\nwhite_space = "keep"', "no reason `white_space`."),
        ('[hosts."a.example".reasons]\ncaptoin = "keep"', "[hosts.a.example]: there is no reason `captoin`."),
        ('[extra_phrases]\nrelated_link = ["more"]', "Did you mean `related_links`?"),
        ('[extra_phrases]\nhidden_text = ["psst"]', "no list of phrases `hidden_text`."),
        ('[hosts."https://www.news.example/a"]\ntitle = false', "Did you mean `www.news.example`?"),
        ('[hosts."*.news.example"]\ntitle = false', "Did you mean `news.example`?"),
        ('[hosts."News.example"]\ntitle = false', "Did you mean `news.example`?"),
        ('[hosts."news.example:8080"]\ntitle = false', "Did you mean `news.example`?"),
        ('[hosts."news example"]\ntitle = false', "`news example` is no host"),
        ('[hosts]\n"a.example" = true', "`hosts.a.example` is a table"),
        ('allow_hosts = ["bets.example/"]', "Did you mean `bets.example`?"),
        ("caption = true", "unknown key `caption`. Did you mean `captions`?"),
        ("[limits]\nmax_byte = 3", "Did you mean `max_bytes`?"),
    ],
)  # fmt: skip
def test_names_that_do_not(toml: str, said: str) -> None:
    with pytest.raises(BadProfile) as caught:
        parse_profile(toml, "harbour.toml")
    assert said in str(caught.value)
    assert "harbour.toml" in str(caught.value)


def test_a_packaged_name_that_is_nearly_right() -> None:
    with pytest.raises(BadProfile, match="Did you mean `strict`"):
        Profile.load("strickt")


def test_the_names_are_those_of_the_rules() -> None:
    keepers = {rule.__name__ for rule in RULES if not (ROOT / f"rules/{rule.__name__}.toml").exists()}
    assert {rule.__name__ for rule in RULES} - keepers | {"boilerplate", "title"} == REASONS
    assert {"cookie_notice", "related_links"} < phrased() < REASONS
