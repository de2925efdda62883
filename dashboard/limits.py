"""How often: requests of one caller, and wrong tokens of one address, counted by this process."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

from dashboard.errors import TooManyRequests, TooManyTries

MOST = 10_000  # callers or addresses remembered; the one not seen for longest goes first
TRIES, WINDOW = 10, 60.0  # wrong tokens of one address at the sign-in, in so many seconds
WRONG = 100  # wrong tokens of one address at the API, in that time


class Allowance:
    """Requests a minute for each caller: a minute's worth may come at once, then they come back evenly."""

    def __init__(self, a_minute: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = a_minute
        self._clock = clock
        self._lock = Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # caller -> (requests left, at that time)

    def take(self, caller: str) -> None:
        """
        Raises:
            TooManyRequests: there were too many.
        """
        if self._most is None:
            return
        now = self._clock()
        pace = self._most / 60
        with self._lock:
            left, then = self._left.pop(caller, (float(self._most), now))
            left = min(float(self._most), left + (now - then) * pace)
            enough = left >= 1
            self._left[caller] = (left - 1 if enough else left, now)
            if len(self._left) > MOST:
                self._left.popitem(last=False)
        if not enough:
            raise TooManyRequests(headers={"Retry-After": str(max(1, round((1 - left) / pace)))})


class Tries:
    """Wrong tokens by address."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, address: str) -> None:
        """
        Raises:
            TooManyTries: there were too many from there.
        """
        with self._lock:
            wrong = self._wrong.get(address, deque())
            while wrong and self._clock() - wrong[0] > WINDOW:
                wrong.popleft()
            if len(wrong) >= self._most:
                raise TooManyTries(headers={"Retry-After": str(int(WINDOW))})

    def wrong(self, address: str) -> None:
        with self._lock:
            found = self._wrong.pop(address, deque(maxlen=self._most))
            found.append(self._clock())
            self._wrong[address] = found
            if len(self._wrong) > MOST:
                self._wrong.popitem(last=False)
