"""Sites are dealt into folds by their name, so that training and benchmarks agree without sharing a list."""

import hashlib

FOLDS = 4


def fold_of(site: str) -> int:
    """The fold whose judge never saw this site.

    >>> fold_of("example.org") == fold_of("example.org")
    True
    """
    return int(hashlib.md5(site.encode()).hexdigest(), 16) % FOLDS
