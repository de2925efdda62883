"""How often: requests of a token, wrong tokens of an address."""

from pathlib import Path

import httpx
import pytest

from dashboard import auth, limits
from dashboard.errors import TooManyRequests, TooManyTries
from dashboard.limits import Allowance, Tries
from tests.service.web_helpers import serving


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_allowance_comes_back_evenly() -> None:
    clock = Clock()
    allowance = Allowance(60, clock)
    for _ in range(60):
        allowance.take("a")
    with pytest.raises(TooManyRequests) as refused:
        allowance.take("a")
    assert refused.value.headers == {"Retry-After": "1"}
    allowance.take("b")
    clock.now += 2.5
    allowance.take("a")
    allowance.take("a")
    with pytest.raises(TooManyRequests):
        allowance.take("a")
    clock.now += 3600
    for _ in range(60):
        allowance.take("a")
    with pytest.raises(TooManyRequests):
        allowance.take("a")


def test_no_limit_is_none() -> None:
    allowance = Allowance(None)
    for _ in range(1000):
        allowance.take("a")


def test_tries_are_forgotten_after_a_minute() -> None:
    clock = Clock()
    tries = Tries(3, clock)
    for _ in range(3):
        tries.check("a")
        tries.wrong("a")
    with pytest.raises(TooManyTries):
        tries.check("a")
    tries.check("b")
    clock.now += limits.WINDOW + 1
    tries.check("a")


def test_many_callers_take_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST", 10)
    allowance, tries = Allowance(60), Tries(3)
    for n in range(100):
        allowance.take(f"caller {n}")
        tries.wrong(f"address {n}")
    assert len(allowance._left) == len(tries._wrong) == 10


def test_a_token_may_ask_so_often_and_no_other_suffers(tmp_path: Path) -> None:
    with serving(tmp_path, rate_limit=5) as site:
        tokens = [site.store.create_token(name, ["read"])[1] for name in ("busy", "quiet")]

        def ask(secret: str) -> httpx.Response:
            return httpx.get(f"{site.url}/v1/documents", headers={"Authorization": f"Bearer {secret}"})

        assert [ask(tokens[0]).status_code for _ in range(7)] == [200] * 5 + [429] * 2
        late = ask(tokens[0])
        assert late.json()["error"] == {
            "name": "too_many_requests",
            "message": TooManyRequests.__doc__,
            "permanent": False,
        }
        assert 1 <= int(late.headers["Retry-After"]) <= 12
        assert ask(tokens[1]).status_code == 200


def test_this_machine_has_no_limit_while_there_is_no_token(tmp_path: Path) -> None:
    with serving(tmp_path, rate_limit=2) as site:
        assert {site.http.get("/v1/documents").status_code for _ in range(10)} == {200}


def test_guessing_tokens_at_the_api_is_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "WRONG", 4)
    with serving(tmp_path) as site:
        _, secret = site.store.create_token("known", ["read"])

        def ask(secret: str) -> int:
            return httpx.get(f"{site.url}/v1/documents", headers={"Authorization": f"Bearer {secret}"}).status_code

        assert ask(secret) == 200
        assert [ask(f"guess-{n}") for n in range(6)] == [401] * 4 + [429] * 2
        assert ask(secret) == 200, "a token that is known goes on working"
