"""Every case in `fixtures/`: the text word for word, the reason of what went, and an account that adds up."""

from __future__ import annotations

import pytest

from tests.cases import (
    PAGE_FILES,
    PAGE_KEYS,
    ROOT,
    cleaned_page,
    cleaned_rule,
    difference,
    page_cases,
    parameters,
    places,
    reasons_at,
    rule_cases,
    stands_in_markup,
)
from tests.properties import check_account, markdown_words

PAGES = page_cases()
SLUGS = [case.slug for case in PAGES]
RULES = rule_cases()
STATED = ("title", "author", "site_name", "language", "verdict", "page_kind")


def test_no_two_cases_share_a_name() -> None:
    ids = [case.id for case in RULES]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("index", parameters("form", SLUGS))
def test_case_is_complete(index: int) -> None:
    case = PAGES[index]
    assert sum((ROOT / "pages" / case.slug / name).exists() for name in PAGE_FILES) == 1, f"one of {PAGE_FILES}"
    assert case.facts, "a case.toml says why the case is here"
    assert not set(case.facts) - PAGE_KEYS
    assert case.facts["why"] and case.facts["origin"]
    if case.facts["verdict"] == "content":
        assert case.expected, "a page with content needs an expected.txt"


@pytest.mark.parametrize("index", parameters("text", SLUGS))
def test_text(index: int) -> None:
    case = PAGES[index]
    if case.expected is None:
        pytest.skip("no content is expected of this page")
    differing = difference(cleaned_page(index).text, case.expected)
    assert not differing, "\n" + differing


@pytest.mark.parametrize("index", parameters("must_keep", SLUGS))
def test_must_keep(index: int) -> None:
    text = cleaned_page(index).text
    assert [s for s in PAGES[index].facts.get("must_keep", ()) if not places(s, text)] == []


@pytest.mark.parametrize("index", parameters("must_drop", SLUGS))
def test_must_drop(index: int) -> None:
    cleaned = cleaned_page(index)
    wrong: list[str] = []
    for entry in PAGES[index].facts.get("must_drop", ()):
        snippet: str = entry["text"]
        reason = entry.get("reason", ())
        accepted = {reason} if isinstance(reason, str) else set(reason)
        if places(snippet, cleaned.text):
            wrong.append(f"still there: {snippet}")
            continue
        fields = {d.reason for d in cleaned.drops if d.field != "text" and places(snippet, d.text)}
        found = [*reasons_at(cleaned, snippet), *([fields] if fields else [])]
        if not found and not (accepted and stands_in_markup(PAGES[index].page, snippet)):
            wrong.append(f"never was on the page: {snippet}")
        elif found and accepted and not any(accepted & reasons for reasons in found):
            wrong.append(f"dropped as {sorted(set().union(*found))}, not {sorted(accepted)}: {snippet}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("index", parameters("facts", SLUGS))
def test_facts(index: int) -> None:
    """Title, author, date, language, verdict and kind, where the case states them."""
    cleaned = cleaned_page(index)
    facts = PAGES[index].facts
    # a page that came instead of the page is of no kind
    stated = [name for name in STATED if name in facts and (name != "page_kind" or facts["verdict"] == "content")]
    got = {name: " ".join((getattr(cleaned, name) or "").split()) for name in stated}
    wanted = {name: " ".join(facts[name].split()) for name in stated}
    if "date" in facts:
        got["date"] = (cleaned.date or "")[: len(str(facts["date"]))]
        wanted["date"] = str(facts["date"])
    assert got == wanted


@pytest.mark.parametrize("index", parameters("account", SLUGS))
def test_account_adds_up(index: int) -> None:
    check_account(cleaned_page(index))


@pytest.mark.parametrize("index", parameters("markdown", SLUGS))
def test_markdown_has_the_same_words(index: int) -> None:
    cleaned = cleaned_page(index)
    if cleaned.input_kind == "text":
        assert cleaned.markdown == cleaned.text
    else:
        assert difference(markdown_words(cleaned.markdown), cleaned.text) == ""


@pytest.mark.parametrize("index", parameters("rules", [case.id for case in RULES]))
def test_rule(index: int) -> None:
    case = RULES[index]
    cleaned = cleaned_rule(index)
    wrong = [f"lost: {s}" for s in case.must_keep if not places(s, cleaned.text)]
    wrong += [f"still there: {s}" for s in case.must_drop if places(s, cleaned.text)]
    wrong += [f"{len(places(s, cleaned.text))} times: {s}" for s in case.once if len(places(s, cleaned.text)) != 1]
    for snippet in case.must_drop:
        found = reasons_at(cleaned, snippet)
        fields = {d.reason for d in cleaned.drops if d.field != "text" and places(snippet, d.text)}
        if not any(case.rule in reasons for reasons in [*found, fields]) and not places(snippet, cleaned.text):
            wrong.append(f"dropped as {sorted(set().union(*found, fields))}: {snippet}")
    if wrong:
        wrong += [f"  {cleaned.page_kind}, {cleaned.language}", f"  text: {cleaned.text!r}"]
    assert not wrong, "\n" + "\n".join(wrong)
    check_account(cleaned)
