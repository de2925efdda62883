"""From what a person names to the files to read: files, folders, globs, lists, addresses of stores."""

from __future__ import annotations

import glob
import gzip
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from worker.archive.errors import NoInput, UnknownFormat
from worker.archive.nouns import Format, Input
from worker.archive.place import filesystem, is_remote

PAGES = (".html", ".htm", ".xhtml", ".txt")
LISTS = (".paths", ".paths.gz", ".list")
_SUFFIX = re.compile(r"\.(warc|wet|wat|arc|jsonl|ndjson|json|parquet|pq|zip)(?:\.(gz|zst|zstd))?$", re.IGNORECASE)
_FORMATS: dict[str, Format] = {
    "warc": "warc",
    "wet": "warc",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "jsonl",
    "parquet": "parquet",
    "pq": "parquet",
    "zip": "zip",
}
_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"WARC/", "warc"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "zip"),
    (b"{", "jsonl"),
)
_NOT_IN_NAMES = re.compile(r"[^\w.=+-]+")


class _Found:
    """A file before it has a slug: its address, its name in the run, size and tag."""

    def __init__(self, uri: str, name: str, size: int, tag: str, members: tuple[tuple[str, int], ...] = ()) -> None:
        self.uri = uri
        self.name = name
        self.size = size
        self.tag = tag
        self.members = members


def find_inputs(arguments: Iterable[str], avoid: str = "") -> list[Input]:
    """The inputs that `arguments` name, in their order; folders and globs in the order of names.

    Raises:
        NoInput: one of them names nothing.
        UnknownFormat: a file that was named is of no known format.
    """
    files: list[_Found] = []
    loose: list[Path] = []  # pages that were named one by one are one input together
    seen: set[str] = set()
    for argument in arguments:
        found = False
        for one in _expand(argument, avoid):
            found = True
            if one.uri in seen and not one.members:
                continue  # named twice is still one file
            seen.add(one.uri)
            if not one.members and not is_remote(one.uri) and one.uri.lower().endswith(PAGES):
                loose.append(Path(one.uri))
            else:
                files.append(one)
        if not found:
            raise NoInput(f"{argument} names no file.")
    if loose:
        base = Path(os.path.commonpath([path.parent for path in loose]))
        files.append(_pages(base, [path.relative_to(base).as_posix() for path in loose]))
    slugs: set[str] = set()
    names: set[str] = set()
    return [_input(one, names, slugs) for one in files]


def _input(one: _Found, names: set[str], slugs: set[str]) -> Input:
    format: Format = "pages"
    compression = ""
    if not one.members:
        format, compression = format_of(one.uri)
    name = _unique(one, names)
    return Input(
        uri=one.uri,
        name=name,
        slug=_slug(name, slugs),
        format=format,
        size=one.size,
        tag=one.tag,
        compression=compression,
        members=one.members,
    )


def _unique(one: _Found, taken: set[str]) -> str:
    """Its name; with as much of its path as tells it from others of that name."""
    name = one.name
    parts = one.uri.split("/")
    while name in taken and name.count("/") + 1 < len(parts):
        name = "/".join(parts[-(name.count("/") + 2) :])
    taken.add(name)
    return name


def format_of(uri: str) -> tuple[Format, str]:
    """Format and compression, by the name; where that does not tell, by the first bytes."""
    match = _SUFFIX.search(uri.split("?")[0] if is_remote(uri) else uri)
    if match and match[1].lower() in _FORMATS:
        compression = (match[2] or "").lower()
        return _FORMATS[match[1].lower()], "zst" if compression.startswith("zst") else compression
    head, compression = _peek(uri)
    for magic, format in _MAGIC:
        if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(magic):
            return format, compression
    raise UnknownFormat(f"({uri})")


def _peek(uri: str) -> tuple[bytes, str]:
    from worker.archive.readers.streams import open_input, unpacked

    with open_input(uri) as file:
        head = file.read(4)
    compression = "gz" if head[:2] == b"\x1f\x8b" else "zst" if head == b"\x28\xb5\x2f\xfd" else ""
    with open_input(uri) as file, unpacked(file, compression) as stream:
        return stream.read(64), compression


def _expand(argument: str, avoid: str) -> Iterator[_Found]:
    if argument.startswith("@") or argument.lower().endswith(LISTS):
        path = argument.removeprefix("@")
        for line in _lines(path):
            local = not is_remote(line) and not Path(line).is_absolute() and not Path(line).exists()
            yield from _expand(str(Path(path).parent / line) if local else line, avoid)
    elif is_remote(argument):
        yield from _remote(argument)
    elif Path(argument).is_dir():
        yield from _folder(Path(argument), avoid)
    elif Path(argument).exists():
        yield _file(Path(argument), Path(argument).name)
    else:
        for path in sorted(glob.glob(argument, recursive=True)):  # noqa: PTH207  # a whole pattern, absolute or not
            yield from _folder(Path(path), avoid) if Path(path).is_dir() else [_file(Path(path), Path(path).name)]


def _lines(path: str) -> list[str]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise NoInput(f"{path}: {error.strerror}.") from error
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    lines = (line.strip() for line in text.decode().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _file(path: Path, name: str) -> _Found:
    status = path.stat()
    return _Found(str(path.resolve()), name, status.st_size, f"time:{status.st_mtime_ns}")


def _folder(folder: Path, avoid: str) -> Iterator[_Found]:
    """Archives one by one; loose pages together, as one input."""
    pages: list[str] = []
    for path in _walk(folder, os.path.realpath(avoid) if avoid else ""):
        name = path.relative_to(folder).as_posix()
        match = _SUFFIX.search(name)
        if match and match[1].lower() in _FORMATS:
            yield _file(path, name)
        elif path.suffix.lower() in PAGES:
            pages.append(name)
    if pages:
        yield _pages(folder.resolve(), pages)


def _pages(folder: Path, names: list[str]) -> _Found:
    """Pages below a folder as one input."""
    state = hashlib.sha256()
    members: list[tuple[str, int]] = []
    for name in names:
        status = (folder / name).stat()
        members.append((name, status.st_size))
        state.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    size = sum(size for _, size in members)
    return _Found(str(folder), folder.name or "pages", size, f"list:{state.hexdigest()[:16]}", tuple(members))


def _walk(folder: Path, avoid: str) -> Iterator[Path]:
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not avoid or os.path.realpath(entry.path) != avoid:
                yield from _walk(Path(entry.path), avoid)
        elif entry.is_file():
            yield Path(entry.path)


def _remote(address: str) -> Iterator[_Found]:
    fs, path = filesystem(address)
    scheme = address.partition("://")[0]
    star = any(sign in path for sign in "*?[") and scheme not in ("http", "https")
    if star:
        paths = sorted(fs.glob(path))
        base = path.split("*")[0].rsplit("/", 1)[0]
    elif scheme not in ("http", "https") and fs.isdir(path):
        paths = sorted(found for found in fs.find(path) if _SUFFIX.search(found))
        base = path.rstrip("/")
    else:
        paths, base = [path], path.rsplit("/", 1)[0]
    for found in paths:
        try:
            info = fs.info(found)
        except FileNotFoundError:
            continue
        if info.get("type") != "file":
            continue
        tag = str(info.get("ETag") or info.get("etag") or info.get("mtime") or info.get("LastModified") or "").strip('"')
        name = found.removeprefix(base).lstrip("/").split("?")[0] or found
        yield _Found(str(fs.unstrip_protocol(found)), name, int(info.get("size") or 0), f"etag:{tag}" if tag else "")


def _slug(name: str, taken: set[str]) -> str:
    base = _NOT_IN_NAMES.sub("_", _SUFFIX.sub("", name).replace("/", "."))[-120:].lstrip(".") or "input"
    slug, count = base, 1
    while slug in taken:
        count += 1
        slug = f"{base}.{count}"
    taken.add(slug)
    return slug
