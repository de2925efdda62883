"""The JSON form says everything a result says, as its schema has it, and can be read back."""

import dataclasses
import doctest
import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

import cleaners.replay
from cleaners import Block, Cleaned, Drop, Mark, clean
from cleaners.errors import EmptyInput
from cleaners.form import NAMES, error_form, from_json, to_json, to_row
from cleaners.replay import apply, rebuild
from tests.cli_helpers import PAGE

SCHEMA: dict[str, Any] = json.loads(files("cleaners").joinpath("data/cleaned.schema.json").read_text())
WHOLE = Draft202012Validator(SCHEMA)
ROW = Draft202012Validator({**SCHEMA["$defs"]["row"], "$defs": SCHEMA["$defs"], "properties": SCHEMA["properties"]})

PAGES: dict[str, bytes | str] = {
    "html": PAGE,
    "bytes": PAGE.encode("utf-8"),
    "text": "Skip to main content\n\nThe ferry stayed at its pier until the afternoon.\n\nShare this article",
    "right to left": "<h1>أخبار</h1><p>ارتفع النهر خلال الليل أكثر من متر وبقيت العبارة في مرساها.</p>",
    "astral": "<p>The 𝒜ldersea ferry 🚢 stayed at its pier until the afternoon, said its captain.</p>" * 2,
}


@pytest.fixture(params=list(PAGES))
def cleaned(request: pytest.FixtureRequest) -> Cleaned:
    return clean(PAGES[request.param])


def through_text(form: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(form, allow_nan=False))
    return read


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_field_is_in_form_and_schema() -> None:
    fields = {field.name for field in dataclasses.fields(Cleaned) if not field.name.startswith("_")}
    assert set(NAMES) == fields | {"schema", "blocks", "markdown"}
    assert set(SCHEMA["properties"]) == set(NAMES)
    for noun, record in (("block", Block), ("drop", Drop), ("mark", Mark)):
        assert tuple(SCHEMA["$defs"][noun]["required"]) == tuple(SCHEMA["$defs"][noun]["properties"])
        assert set(SCHEMA["$defs"][noun]["required"]) == set(record._fields)


def test_forms_follow_the_schema(cleaned: Cleaned) -> None:
    for source in (False, True):
        for markdown in (False, True):
            form = through_text(to_json(cleaned, source=source, markdown=markdown))
            WHOLE.validate(form)
            assert ("source_text" in form, "markdown" in form) == (source, markdown)


def test_rows_follow_the_schema(cleaned: Cleaned) -> None:
    ROW.validate({"id": 1, **through_text(to_row(cleaned)), "crawl": "passed through"})
    ROW.validate({"id": 1, **through_text(to_json(cleaned))})
    ROW.validate({"id": None, "error": error_form(EmptyInput())})


def test_the_schema_refuses_what_is_not_the_form(cleaned: Cleaned) -> None:
    form = through_text(to_json(cleaned))
    row = {"id": 1, **through_text(to_row(cleaned))}
    for bad in (
        {**form, "schema": 2},
        {**form, "more": 1},
        {**form, "verdict": "fine"},
        {**form, "confidence": 2},
    ):
        with pytest.raises(ValidationError):
            WHOLE.validate(bad)
    for bad in ({**row, "error": error_form(EmptyInput())}, {"id": 1, "error": {"name": "x"}}, {"error": {}}):
        with pytest.raises(ValidationError):
            ROW.validate(bad)


def test_a_form_can_be_read_back(cleaned: Cleaned) -> None:
    form = through_text(to_json(cleaned, source=True, markdown=True))
    again = from_json(form)
    assert again == cleaned
    assert again.blocks == cleaned.blocks
    assert again.markdown == cleaned.markdown


def test_the_source_is_rebuilt_when_it_was_left_out(cleaned: Cleaned) -> None:
    assert from_json(through_text(to_json(cleaned))) == cleaned


def test_another_schema_is_refused(cleaned: Cleaned) -> None:
    with pytest.raises(ValueError, match="the form says 2"):
        from_json({**to_json(cleaned), "schema": 2})


def test_replay_of_the_engine(cleaned: Cleaned) -> None:
    assert apply(cleaned.source_text, cleaned.drops) == cleaned.text
    assert rebuild(cleaned.text, cleaned.drops) == cleaned.source_text


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[Drop]]:
    source = draw(st.text(max_size=60))
    edges = sorted(draw(st.lists(st.integers(0, len(source)), max_size=8)))
    drops = [
        Drop("text", start, end, source[start:end], "boilerplate", "judge", 1.0, "")
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]
    title = Drop("title", 0, 3, "bet", "spam_injection", "spam_injection", 1.0, "")
    at = draw(st.integers(0, len(drops)))
    return source, [*drops[:at], title, *drops[at:]]


@given(cut_texts())
def test_replay_of_any_cuts(cut: tuple[str, list[Drop]]) -> None:
    source, drops = cut
    text = apply(source, drops)
    assert len(text) == len(source) - sum(len(drop.text) for drop in drops if drop.field == "text")
    assert rebuild(text, drops) == source


def test_the_examples_in_replay() -> None:
    results = doctest.testmod(cleaners.replay)
    assert results.attempted >= 4
    assert results.failed == 0
