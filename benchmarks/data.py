"""The data sets in the layouts their publishers gave them, so that a public copy works as it is."""

import gzip
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.domains import registrable_domain

UNKNOWN = "und"  # the code for "undetermined" in ISO 639

_LANGUAGES = {"Chinese": "zh", "English": "en", "Greek": "el", "Polish": "pl", "Russian": "ru"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One page with what a good cleaner makes of it."""

    id: str
    html: bytes  # as crawled; of a seed, the extracted text
    gold: str  # the clean text, paragraphs on lines of their own
    url: str | None = None  # where the page was, if the data set knows
    site: str = ""  # what to split by: the registrable domain, else the publisher
    page_type: str = "article"
    language: str = UNKNOWN  # ISO 639-1
    must_have: tuple[str, ...] = ()  # snippets that must be in the output
    must_not: tuple[str, ...] = ()  # snippets that must not
    gold_title: str | None = None
    gold_author: str | None = None
    gold_date: str | None = None  # YYYY-MM-DD, seldom YYYY-MM


@dataclass(frozen=True, slots=True)
class DataSet:
    """Pages that are read one at a time, for the whole set does not fit in everybody's memory."""

    name: str
    ids: tuple[str, ...]
    load: Callable[[str], Sample]
    split_cjk: bool = True  # Chinese and Japanese characters count as words; WCXB's own metric knows none

    def __iter__(self) -> Iterator[Sample]:
        return map(self.load, self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def spread(self, limit: int | None) -> "DataSet":
        """At most `limit` pages, evenly spaced: neighbours often share a site or a type."""
        if limit is None or limit >= len(self.ids):
            return self
        step = len(self.ids) / limit
        return replace(self, ids=tuple(self.ids[int(index * step)] for index in range(limit)))

    def digest(self) -> str:
        """Which pages and which gold texts a figure was measured on."""
        every = hashlib.sha256()
        for sample in self:
            for part in (sample.id.encode(), sample.html, sample.gold.encode("utf-8", "surrogatepass")):
                every.update(hashlib.sha256(part).digest())
        return every.hexdigest()[:12]


def open_all(folder: Path) -> list[DataSet]:
    """Those of the three page sets that lie under `folder`."""
    known = {"wcxb-dev": open_wcxb, "daniel-dev": open_daniel, "news-dev": open_news}
    return [opener(folder / name) for name, opener in known.items() if (folder / name).is_dir()]


def open_wcxb(folder: Path) -> DataSet:
    """WCXB: `html/ID.html.gz` and `ground-truth/ID.json`; seven page types, English."""

    def load(id: str) -> Sample:
        record = json.loads((folder / "ground-truth" / f"{id}.json").read_text("utf-8"))
        truth = record["ground_truth"]
        # Three records keep the page type as a plain string, beside the text.
        declared = record.get("_internal", {}).get("page_type") or truth.get("page_type") or {}
        return Sample(
            id=id,
            html=_page(folder, id),
            gold=truth.get("main_content") or "",
            url=record["url"],
            site=registrable_domain(record["url"]),
            page_type=declared if isinstance(declared, str) else declared.get("primary", "other"),
            language="en",
            must_have=tuple(truth.get("with") or ()),
            must_not=tuple(truth.get("without") or ()),
            gold_title=truth.get("title") or None,
            gold_author=truth.get("author") or None,
            gold_date=truth.get("publish_date") or None,
        )

    return DataSet(folder.name, _ids(folder / "ground-truth", ".json"), load, split_cjk=False)


def open_daniel(folder: Path) -> DataSet:
    """DAnIEL, old news in five languages: `html/ID.html.gz`, `reference/ID.txt`, `language.json`."""
    languages: dict[str, str] = json.loads((folder / "language.json").read_text("utf-8"))

    def load(id: str) -> Sample:
        return Sample(
            id=id,
            html=_page(folder, id),
            gold=_paragraphs((folder / "reference" / f"{id}.txt").read_text("utf-8")),
            site=registrable_domain(id.split("_")[1]),  # ID is date_host_digest
            language=_LANGUAGES.get(languages[id], UNKNOWN),
        )

    return DataSet(folder.name, _ids(folder / "reference", ".txt"), load)


def open_news(folder: Path) -> DataSet:
    """fundus' parser tests: `html/ID.html.gz`, `text/ID.txt`, `meta.json`; IDs name the publisher."""
    meta: dict[str, dict[str, str]] = json.loads((folder / "meta.json").read_text("utf-8"))

    def load(id: str) -> Sample:
        page = _page(folder, id)
        url = declared_url(page)
        return Sample(
            id=id,
            html=page,
            gold=(folder / "text" / f"{id}.txt").read_text("utf-8"),
            url=url,
            site=registrable_domain(url) if url else id.rsplit(".", 1)[0].lower(),
            language=declared_language(page),
            gold_title=meta[id].get("title") or None,
        )

    return DataSet(folder.name, _ids(folder / "text", ".txt"), load)


def open_seeds(folder: Path) -> DataSet:
    """Extracted texts `NAME.txt` and the clean text each must give, `expected/NAME.txt`."""

    def load(id: str) -> Sample:
        return Sample(
            id=id,
            html=(folder / f"{id}.txt").read_bytes(),
            gold=(folder / "expected" / f"{id}.txt").read_text("utf-8"),
        )

    return DataSet(folder.name, _ids(folder / "expected", ".txt"), load)


def declared_language(page: bytes) -> str:
    """The language a page's root element declares, for want of better.

    >>> declared_language(b'<!DOCTYPE html><html class="x" lang="de-AT">'), declared_language(b"<html>")
    ('de', 'und')
    """
    found = re.search(rb"<html\b[^>]*?\b(?:xml:)?lang\s*=\s*[\"']?([a-z]{2,3})\b", page, re.IGNORECASE)
    return found[1].decode().lower() if found else UNKNOWN


def declared_url(page: bytes) -> str | None:
    """The address a stored page gives as its own: a crawler knows it, the data set did not keep it.

    >>> declared_url(b'<link href="https://a.example/b?c=1&amp;d" rel=canonical>')
    'https://a.example/b?c=1&d'
    >>> declared_url(b'<meta property="og:url" content="https://a.example/">')
    'https://a.example/'
    >>> declared_url(b'<link rel="canonical" href="/relative">') is None
    True
    """
    for tag, attribute in (
        (rb"<link\b[^>]*\brel\s*=\s*[\"']?canonical\b[^>]*>", rb"href"),
        (rb"<meta\b[^>]*\bog:url\b[^>]*>", rb"content"),
    ):
        for element in re.finditer(tag, page, re.IGNORECASE):
            value = re.search(rb"\b" + attribute + rb"\s*=\s*[\"']?(https?://[^\"'\s>]+)", element[0], re.IGNORECASE)
            if value:
                return html.unescape(value[1].decode("utf-8", "replace"))
    return None


def _ids(folder: Path, suffix: str) -> tuple[str, ...]:
    return tuple(sorted(path.name.removesuffix(suffix) for path in folder.glob(f"*{suffix}")))


def _page(folder: Path, id: str) -> bytes:
    return gzip.decompress((folder / "html" / f"{id}.html.gz").read_bytes())


def _paragraphs(reference: str) -> str:
    """Text of a `<p>`-per-paragraph reference; some annotators left scripts and tags inside."""
    bare = re.sub(r"(?is)<script\b.*?</script>", " ", reference)
    parts = (html.unescape(re.sub(r"<[^<>]*>", " ", part)) for part in re.split(r"(?i)</?p\b[^>]*>", bare))
    return "\n".join(" ".join(part.split()) for part in parts if part.strip())
