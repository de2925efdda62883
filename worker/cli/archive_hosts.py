"""`dehusk archive learn-hosts`: a first pass over an archive, or several memories added up."""

from __future__ import annotations

import sys
from pathlib import Path

from worker.archive.hosts import MAGIC, HostMemory, add, write
from worker.archive.inputs import find_inputs
from worker.archive.learning import Counter, learn
from worker.archive.settings import Fields, Settings

OK = 0


def learn_hosts(arguments: list[str], out: Path, processes: int | None, sample: float, fields: Fields) -> int:
    """Count what hosts repeat in archives; memories among the arguments are added."""
    memories = [argument for argument in arguments if _is_memory(argument)]
    archives = [argument for argument in arguments if argument not in memories]
    counter = Counter()
    if archives:
        settings = Settings(sample=sample, fields=fields)
        counter = learn(find_inputs(archives), settings, processes, _show if sys.stderr.isatty() else None)
    for memory in memories:
        add(counter.hosts, HostMemory(memory).to_hosts())
    digest = write(out, counter.hosts)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    known = len(HostMemory(str(out)))
    words = f"{out}: {counter.pages:,} pages ({counter.copies:,} copies left out), {known:,} hosts with blocks that recur"
    print(f"{words}, digest {digest}", file=sys.stderr)
    if counter.least:
        print(f"Memory was full: blocks seen {counter.least} times or less were forgotten on the way.", file=sys.stderr)
    return OK


def _is_memory(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _show(counter: Counter) -> None:
    if counter.pages % 50 == 0:
        print(f"\r{counter.pages:,} pages, {len(counter.hosts):,} hosts", end="", file=sys.stderr)
