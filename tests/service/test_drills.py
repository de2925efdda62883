"""Every accident, small. `make drills` has them in full."""

import os

import pytest

from drills.__main__ import DRILLS
from drills.bad_pages import ENDS, bad_pages, page_crashes, page_eats_memory, page_hangs, page_kills_worker
from drills.database_trouble import database_gone
from drills.size import SMALL
from tests.service.postgres import programs

TOGETHER = (page_hangs, page_eats_memory, page_crashes, page_kills_worker)  # one world for all of them is enough here


@pytest.mark.parametrize("drill", [d for d in DRILLS if d not in TOGETHER], ids=lambda drill: str(drill.__name__))
def test_a_drill(drill: object) -> None:
    if drill is database_gone and programs() is None and not os.environ.get("CI"):
        pytest.skip("there is no PostgreSQL here")
    assert callable(drill)
    assert drill(SMALL)


def test_bad_pages_of_all_kinds() -> None:
    assert bad_pages(SMALL, *ENDS).startswith("4 dead after 3 tries")
