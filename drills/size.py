"""How large a drill is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """One size for all drills."""

    pages: int  # in drills of one accident
    rounds: int  # times that the accident happens
    crowd: int  # pages in the drill of random kills
    seconds: float  # that an outage lasts
    patience: float  # seconds in which everything is to be settled


SMALL = Size(pages=16, rounds=2, crowd=80, seconds=1.5, patience=60)
FULL = Size(pages=400, rounds=12, crowd=10_000, seconds=20, patience=1800)
