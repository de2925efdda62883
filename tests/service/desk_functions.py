"""Cleaning functions that misbehave, for a process of the pool to import."""

import os
import time

from cleaners.errors import NotText
from dashboard.clean.engine import Order


def naughty(order: Order) -> bytes:
    """Does what the page says."""
    if order.body == b"hang":
        time.sleep(600)
    if order.body == b"die":
        os._exit(3)
    if order.body == b"fault":
        raise KeyError("ours")
    if order.body == b"named":
        raise NotText
    if order.body == b"eat":
        _ = bytearray(1 << 40)
    return order.body.upper()
