"""Pages that once broke a promise, cut down: what the fuzzer found stays found."""

import random

import pytest

from fuzz.mutate import mutate
from fuzz.snippets import SEEDS, SENTENCES
from fuzz.target import HEADER, LARGEST, check, read

HTML = b"\x00\x00\x30"  # bytes, no URL, cleaned twice, with Markdown

FOUND = {
    "an address that is none": b"\x01\x03\x00<p>The river rose.</p>",
    "a processing instruction in the body": HTML + b"<p>The river <?php echo 1 ?> rose.</p>",
    "a processing instruction in the head": HTML + b"<head><?x></head><p>The river rose.</p>",
}


@pytest.mark.parametrize("page", FOUND.values(), ids=FOUND)
def test_found(page: bytes) -> None:
    check(page)


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_seeds_and_some_mutants_hold(seed: int) -> None:
    rng = random.Random(seed)
    page = SEEDS[seed].format(*SENTENCES).encode()
    for header in (HTML, b"\x01\x01\x30", b"\x81\x12\x00"):
        check(header + page)
    for _ in range(25):
        mutant = mutate(HTML + page, LARGEST, rng.randrange(2**32))
        assert HEADER <= len(mutant) <= LARGEST
        check(mutant)


def test_options_reach_the_page() -> None:
    assert isinstance(read(b"\x00\x00\x00a").page, bytes)
    assert read(b"\x01\x00\x00a").page == "a"
    assert read(b"\x81\x00\x00a").profile.limits.max_depth == 30
    assert read(b"\x00\x01\x03a").encoding == "utf-8"
    assert read(b"").page == b""


def test_the_same_seed_gives_the_same_mutant() -> None:
    page = HTML + SEEDS[0].format(*SENTENCES).encode()
    assert mutate(page, LARGEST, 5) == mutate(page, LARGEST, 5)
    assert len({mutate(page, LARGEST, seed) for seed in range(50)}) > 40
