"""Pages that hurt: each is set aside with its reason, and its neighbours do not notice."""

from collections import Counter

from drills.size import Size
from drills.world import page, pages, world

ENDS = {"hang": "time_limit", "eat": "memory_limit", "crash": "worker_died", "murder": "lease_passed"}


def bad_pages(size: Size, *asks: str) -> str:
    """Some kinds of bad pages among good ones."""
    bad = [page(f"{ask}-{number}", ask) for ask in asks for number in range(max(1, size.rounds // 4))]
    with world() as here:
        here.start_scheduler()
        here.start_worker()
        mixed = pages(size.pages)
        for number, one in enumerate(bad):
            mixed.insert(number * 7 + 3, one)
        here.submit(mixed)
        here.wait(size.patience)
        assert here.states() == {"clean": size.pages, "dead": len(bad)}, here.states()
        wanted = Counter(ENDS[one.key.split("-")[0]] for one in bad)
        assert here.accounts.errors() == wanted, here.accounts.errors()
        assert all(here.accounts.attempt_of(one.key) == 3 for one in bad)
        return f"{len(bad)} dead after 3 tries ({', '.join(wanted)}), {size.pages} neighbours clean"


def page_hangs(size: Size) -> str:
    """A page that never ends, in C code, with all signals blocked."""
    return bad_pages(size, "hang")


def page_eats_memory(size: Size) -> str:
    """A page that takes all the memory there is."""
    return bad_pages(size, "eat")


def page_crashes(size: Size) -> str:
    """A page that crashes the process it is cleaned in."""
    return bad_pages(size, "crash")


def page_kills_worker(size: Size) -> str:
    """A page that takes the worker's process with it, which is all that stands around it."""
    return bad_pages(size, "murder")
