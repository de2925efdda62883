"""Each row of the table of bad input in docs/limits.md does what the table says."""

import dataclasses
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cleaners import Cleaned, CleanError, clean
from cleaners.profile import Limits, Profile
from cleaners.replay import apply, rebuild

DOC = (Path(__file__).parent.parent / "docs" / "limits.md").read_text(encoding="utf-8")

STORY = (
    "The tram stopped on the bridge in the morning, and people walked to work through the snow. "
    "By noon the line was clear again, and the first car crossed the river to the cheers of the crowd. "
)
PAGE = f"<!doctype html><html><head><title>Snow</title></head><body><h1>Snow on the line</h1><p>{STORY}</p></body></html>"
WORDS = STORY.split()
WHO = ("The driver", "A nurse", "Two bakers", "The mayor", "Some children", "An old man", "The postwoman", "My neighbours")
WHERE = ("by the frozen canal", "at the market", "under the railway arch", "in the station hall", "on the town hall's steps")
SENTENCES = [f"{who} waited {where} until the first tram came down the hill again." for who in WHO for where in WHERE]


class Outcome(NamedTuple):
    """What came of a page: its result or its error."""

    cleaned: Cleaned | None
    error: str
    message: str = ""


def outcome(page: bytes | str, **options: object) -> Outcome:
    try:
        return Outcome(clean(page, **options), "")  # type: ignore[arg-type]
    except CleanError as error:
        return Outcome(None, error.name, str(error))


def keeps(done: Outcome, *texts: str) -> None:
    assert done.cleaned is not None, done.message
    for text in texts:
        assert " ".join(text.split()) in " ".join(done.cleaned.text.split())


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading."""
    below = DOC.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in below.splitlines() if line.startswith("|")]
    return rows[2:]


def nothing() -> Outcome:
    assert outcome("").error == "empty_input"
    return outcome(b"")


def white_space() -> Outcome:
    assert outcome("\ufeff \u3000\n").error == "empty_input"
    return outcome(b" \r\n\t\n")


def pdf() -> Outcome:
    done = outcome(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>", content_type="text/html")
    assert "PDF" in done.message
    return done


def image() -> Outcome:
    assert "JPEG" in outcome(b"\xff\xd8\xff\xe0\0\x10JFIF\0").message
    return outcome(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


def archive() -> Outcome:
    assert "gzip" in outcome(b"\x1f\x8b\x08\0\0\0\0\0\0\x03").message
    return outcome(b"PK\x03\x04\x14\0\0\0")


def binary() -> Outcome:
    return outcome(bytes(range(256)) * 40)


def lost() -> Outcome:
    return outcome(bytes(range(128, 256)).decode("ascii", "replace") * 3 + "word")


def lying() -> Outcome:
    french = f"<p>L’été dernier, à Besançon. {STORY}</p>"
    done = outcome(french.encode(), content_type="text/html; charset=iso-8859-1")
    keeps(done, "L’été dernier, à Besançon.")
    assert done.cleaned is not None and done.cleaned.encoding == "utf-8"
    return done


def unreadable() -> Outcome:
    done = outcome(
        PAGE.encode().replace(
            b"By noon", b"By \xff\xfe noon \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
        )
    )
    keeps(done, "the line was clear again")
    return done


def no_such_encoding() -> Outcome:
    done = outcome(PAGE.encode(), encoding="klingon-1")
    keeps(done, STORY)
    return done


def mojibake() -> Outcome:
    done = outcome(f"<p>It wasnâ€™t late. {STORY}</p>")
    keeps(done, "It wasn’t late.")
    return done


def nul() -> Outcome:
    assert outcome(PAGE.replace("noon", "no\0on").encode()).cleaned is not None
    done = outcome(PAGE.replace("noon", "no\0on"))
    keeps(done, "By no\ufffdon the line")
    return done


def surrogates() -> Outcome:
    done = outcome(PAGE.replace("noon", "no\ud800on"))
    keeps(done, "By no\ufffdon the line")
    return done


def truncated() -> Outcome:
    whole = PAGE.replace("</p>", f'</p><p class="x">{STORY}</p><p title="')
    for cut in range(PAGE.index("By noon"), len(whole), 3):
        keeps(outcome(whole[:cut]), "walked to work through the snow.")
    return outcome(whole)


def nested(depth: int) -> Outcome:
    step = depth // len(SENTENCES)
    done = outcome("".join("<div>" * step + f"<p>{text}</p>" for text in SENTENCES) + "</div>" * depth)
    keeps(done, *SENTENCES[:-2])  # whether the last words of a page belong to it is for the judge to say
    assert done.cleaned is not None and all(text in done.cleaned.source_text for text in SENTENCES)
    return done


def flat_tags() -> Outcome:
    done = outcome(f"<p>{STORY}" + "<b>x</b> " * 1_000_000 + f"<p>{STORY}</p>")
    assert done.cleaned is not None
    assert done.cleaned.source_text.count("x") == 1_000_000
    assert done.cleaned.source_text.endswith(STORY.strip())
    return done


def fonts() -> Outcome:
    done = outcome("".join(f"<p><font size={n} color=red>{WORDS[n % len(WORDS)]}{n}" for n in range(30_000)))
    assert done.cleaned is not None
    assert len(done.cleaned.source_text.split()) == 30_000
    return done


def attributes() -> Outcome:
    names = " ".join(f"a{n}=1" for n in range(100_000))
    done = outcome(f"<div {names}><p>{STORY}</p></div>")
    keeps(done, STORY)
    return done


def long_text() -> Outcome:
    text = STORY * (12_000_000 // len(STORY))
    done = outcome(f"<p>{text}</p>")
    keeps(done, text)
    return done


def long_attribute() -> Outcome:
    done = outcome(f'<p title="{"word " * 2_400_000}" class="{"a " * 100_000}">{STORY}</p>')
    keeps(done, STORY)
    return done


def huge() -> Outcome:
    started = time.perf_counter()
    done = outcome(b"<p>" + b"word " * 10_000_000)
    assert time.perf_counter() - started < 1
    assert "20,000,000" in done.message
    return done


def script_alone() -> Outcome:
    script = "window.state = load('/app');" * 400
    done = outcome(f'<html><head><script src="/app.js"></script></head><body><div id="root"></div><script>{script}</script>')
    assert done.cleaned is not None and done.cleaned.text == ""
    return done


def no_text() -> Outcome:
    done = outcome("<html><body><div></div></body></html>")
    assert done.cleaned is not None and done.cleaned.text == ""
    return done


def entity_bomb() -> Outcome:
    entities = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    done = outcome(f"<!DOCTYPE html [{entities}]><html><body><p>&j; {STORY}</p></body></html>")
    keeps(done, STORY)
    assert done.cleaned is not None and len(done.cleaned.source_text) < 3_000
    return done


def slow() -> Outcome:
    profile = dataclasses.replace(Profile.load(), limits=dataclasses.replace(Limits(), max_seconds=0.0))
    done = outcome(PAGE, profile=profile)
    assert "max_seconds" in done.message
    return done


ROWS: dict[str, Callable[[], Outcome]] = {
    "nothing": nothing,
    "white space alone": white_space,
    "PDF": pdf,
    "image": image,
    "archive, compressed page": archive,
    "other binary data": binary,
    "text that was lost in decoding elsewhere": lost,
    "bytes in another encoding than declared": lying,
    "bytes that fit no encoding": unreadable,
    "encoding argument that names none": no_such_encoding,
    "mojibake": mojibake,
    "NUL": nul,
    "lone surrogates": surrogates,
    "truncated HTML": truncated,
    "300 nested elements": lambda: nested(300),
    "3,000 nested elements": lambda: nested(3_000),
    "200,000 nested elements": lambda: nested(200_000),
    "a million flat tags": flat_tags,
    "30,000 unclosed font tags": fonts,
    "a tag with 100,000 attributes": attributes,
    "a 12 MB text node": long_text,
    "a 12 MB attribute": long_attribute,
    "a 50 MB page": huge,
    "a page that is only script": script_alone,
    "a page without text": no_text,
    "an entity bomb": entity_bomb,
    "more work than the time allows": slow,
}


def test_every_row_of_the_table_is_tested() -> None:
    assert [row[0] for row in table("Bad input")] == list(ROWS)


@pytest.mark.parametrize("row", table("Bad input"), ids=lambda row: row[0])
def test_bad_input(row: list[str]) -> None:
    name = row[2].strip("`")
    done = ROWS[row[0]]()
    if done.cleaned is None:
        assert done.error == name
        return
    cleaned = done.cleaned
    if name in ("script_shell", "empty"):
        assert cleaned.verdict == name
    else:
        assert cleaned.notes == ((name,) if name else ())
        assert cleaned.verdict == "content"
    assert apply(cleaned.source_text, cleaned.drops) == cleaned.text
    assert rebuild(cleaned.text, cleaned.drops) == cleaned.source_text


def test_the_documented_defaults_are_those_of_the_code() -> None:
    documented = {row[0].strip("`"): float(row[1].replace(",", "")) for row in table("Settings")}
    assert documented == {field.name: float(getattr(Limits(), field.name)) for field in dataclasses.fields(Limits)}


def test_every_limit_the_table_names_is_a_setting() -> None:
    named = set(re.findall(r"`(max_\w+)`", " ".join(row[3] for row in table("Bad input"))))
    assert named and named <= {field.name for field in dataclasses.fields(Limits)}


def test_limits_are_the_profiles() -> None:
    tight = dataclasses.replace(Profile.load(), limits=Limits(max_bytes=100, max_depth=50))
    assert outcome("x" * 101, profile=tight).error == "page_too_large"
    deep = dataclasses.replace(Profile.load(), limits=Limits(max_depth=50))
    done = outcome("<div>" * 60 + f"<p>{STORY}</p>", profile=deep)
    keeps(done, STORY)
    assert done.cleaned is not None and done.cleaned.notes == ("parser_fallback",)
