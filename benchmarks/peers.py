"""The tools a user would otherwise take, each set up as its own documentation advises, and Dehusk.

All get the bytes as crawled. Where a tool decodes bytes itself it does so; where it wants text or an
encoding, the detector its authors ship is used. None is tuned to a data set or told the page's type.

- `trafilatura`: `extract` with its defaults (comments and tables included).
- `trafilatura-fast`: the same with `fast=True`, without the fall-back extractors.
- `resiliparse`: `detect_encoding` with the meta tag, then `extract_plain_text(main_content=True)`;
  alternative texts of images are off, for they are not text of the page and cost it precision.
- `readability`: `Document.summary`; its HTML becomes text with a line break at each block element.
- `justext`: the defaults, with the stop-word list of the language the data set names; where there is none
  (Chinese, Japanese, unknown) its language-independent mode. It is the only tool that is told the language:
  it cannot work without.
- `dehusk`: `clean(page, url=url).text` with its default profile. For quality it judges with the weights of the
  fold that was fitted without the page's site (`benchmarks/weights`, written by `python -m training`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

Extract = Callable[[bytes, str | None, str], str]  # page, URL if known, language if known

# Libraries are imported when a tool is first wanted: no tool shall pay for another's imports or memory.


def load_dehusk() -> Extract:
    clean: Callable[..., Any] = import_module("cleaners").clean

    def dehusk(page: bytes, url: str | None, language: str) -> str:
        return str(clean(page, url=url).text)

    return dehusk


def load_dehusk_fold(fold: int) -> Extract:
    """Dehusk with a judge that never saw the sites of this fold."""
    weights = json.loads((Path(__file__).parent / "weights" / f"fold{fold}.json").read_text("utf-8"))
    clean: Callable[..., Any] = import_module("cleaners").clean
    judge = import_module("cleaners.judge")
    unseen = import_module("cleaners.judge.table").TableJudge(weights)

    def dehusk(page: bytes, url: str | None, language: str) -> str:
        with judge.judging(unseen):
            return str(clean(page, url=url).text)

    return dehusk


def load_trafilatura() -> Extract:
    extract = import_module("trafilatura").extract

    def trafilatura(page: bytes, url: str | None, language: str) -> str:
        return extract(page, url=url) or ""

    return trafilatura


def load_trafilatura_fast() -> Extract:
    extract = import_module("trafilatura").extract

    def trafilatura_fast(page: bytes, url: str | None, language: str) -> str:
        return extract(page, url=url, fast=True) or ""

    return trafilatura_fast


def load_resiliparse() -> Extract:
    detect_encoding = import_module("resiliparse.parse.encoding").detect_encoding
    tree = import_module("resiliparse.parse.html").HTMLTree
    extract = import_module("resiliparse.extract.html2text").extract_plain_text

    def resiliparse(page: bytes, url: str | None, language: str) -> str:
        parsed = tree.parse_from_bytes(page, detect_encoding(page, from_html_meta=True))
        return str(extract(parsed, main_content=True, alt_texts=False))

    return resiliparse


_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "ul",
})  # fmt: skip


def load_readability() -> Extract:
    document = import_module("readability").Document
    parse = import_module("lxml.html").fragment_fromstring
    walk = import_module("lxml.etree").iterwalk

    def readability(page: bytes, url: str | None, language: str) -> str:
        root = parse(document(page, url=url).summary(html_partial=True), create_parent="div")
        parts: list[str] = []
        for event, element in walk(root, events=("start", "end")):
            if element.tag in _BLOCKS:
                parts.append("\n")
            parts.append((element.text if event == "start" else element.tail) or "")
        return "".join(parts).strip()

    return readability


_STOP_WORDS = {
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fr": "French", "id": "Indonesian", "it": "Italian", "nb": "Norwegian_Bokmal", "nl": "Dutch",
    "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
}  # fmt: skip


def load_justext() -> Extract:
    library = import_module("justext")

    @cache
    def stop_words(language: str) -> frozenset[str]:
        name = _STOP_WORDS.get(language)
        return library.get_stoplist(name) if name else frozenset()

    def justext(page: bytes, url: str | None, language: str) -> str:
        words = stop_words(language)
        thresholds = {} if words else {"stopwords_low": 0, "stopwords_high": 0}
        paragraphs = library.justext(page, words, **thresholds)
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    return justext


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool under measurement."""

    name: str
    load: Callable[[], Extract]
    packages: tuple[str, ...]  # the distributions whose versions decide its output; the first is its own

    def version(self) -> str | None:
        """Its version; nothing when it is not installed."""
        try:
            return metadata.version(self.packages[0])
        except metadata.PackageNotFoundError:
            return None

    @property
    def kept(self) -> bool:
        """Whether its outputs may be kept between runs: not those of the code in this tree."""
        return self is not DEHUSK

    def fingerprint(self) -> str:
        """Changes when the output may: with a version or with the set-up in this file."""
        versions = " ".join(f"{package}={metadata.version(package)}" for package in self.packages)
        return f"{self.name} {versions} {sha256(Path(__file__).read_bytes()).hexdigest()}"


PEERS = (
    Tool("trafilatura", load_trafilatura, ("trafilatura", "lxml", "jusText", "htmldate", "courlan")),
    Tool("trafilatura-fast", load_trafilatura_fast, ("trafilatura", "lxml", "htmldate", "courlan")),
    Tool("resiliparse", load_resiliparse, ("resiliparse",)),
    Tool("readability", load_readability, ("readability-lxml", "lxml", "lxml_html_clean", "chardet")),
    Tool("justext", load_justext, ("jusText", "lxml", "lxml_html_clean")),
)
DEHUSK = Tool("dehusk", load_dehusk, ("dehusk",))
