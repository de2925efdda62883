"""Signing in: a token becomes a session, a session opens what can be read, and forms are ours."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from dashboard import auth, cookies, limits
from dashboard.app import ROUTERS
from tests.service.web_helpers import Site, serving

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(auth, "REMEMBER", 0.0)
    with serving(tmp_path) as site:
        yield site


@pytest.fixture
def visitor(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, headers=BROWSER, timeout=30) as client:
        yield client


def sign_in(visitor: httpx.Client, secret: str, **more: str) -> httpx.Response:
    return visitor.post("/signin", data={"token": secret, **more})


def test_while_there_is_no_token_this_machine_needs_none(visitor: httpx.Client) -> None:
    assert visitor.get("/").status_code == 200


def test_a_token_becomes_a_session(site: Site, visitor: httpx.Client) -> None:
    token, secret = site.store.create_token("ines", ["read"])
    site.store.create_token("other", ["admin"])
    asked = visitor.get("/hosts?order=name")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/signin?next=%2Fhosts%3Forder%3Dname")
    assert visitor.get(asked.headers["Location"]).status_code == 200
    entered = sign_in(visitor, secret, next="/hosts?order=name")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/hosts?order=name")
    cookie = entered.headers["Set-Cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert visitor.get("/hosts").status_code == 200
    assert visitor.get("/v1/figures/overview").status_code == 200, "what the charts read"
    site.store.revoke_token(token.id)
    assert visitor.get("/hosts").status_code == 303


def test_a_session_changes_nothing(site: Site, visitor: httpx.Client) -> None:
    """A cookie travels by itself; what changes anything asks for the token."""
    _, secret = site.store.create_token("ines", ["admin"])
    sign_in(visitor, secret)
    assert visitor.get("/pages").status_code == 200
    assert visitor.delete("/v1/pages", params={"host": "a.example"}).status_code == 401
    assert visitor.post("/v1/pages", json={}).status_code == 401


def test_signing_out_needs_a_form_of_ours(site: Site, visitor: httpx.Client) -> None:
    _, secret = site.store.create_token("ines", ["read"])
    sign_in(visitor, secret)
    assert visitor.post("/signout").status_code == 403
    assert visitor.post("/signout", data={"csrf": "0" * 64}).status_code == 403
    (code,) = set(re.findall(r'name="csrf" value="(\w+)"', visitor.get("/").text))
    assert visitor.post("/signout", data={"csrf": code}, headers={"Origin": "https://evil.example"}).status_code == 403
    left = visitor.post("/signout", data={"csrf": code}, headers={"Origin": site.url})
    assert left.status_code == 303
    assert visitor.get("/").status_code == 303


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_no_other_site_signs_anybody_in(site: Site, visitor: httpx.Client, headers: dict[str, str]) -> None:
    _, secret = site.store.create_token("ines", ["read"])
    assert visitor.post("/signin", data={"token": secret}, headers=headers).status_code == 403


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/a\tb"])
def test_signing_in_leads_nowhere_else(site: Site, visitor: httpx.Client, place: str) -> None:
    _, secret = site.store.create_token("ines", ["read"])
    assert sign_in(visitor, secret, next=place).headers["Location"] == "/"


def test_guessing_is_slow(site: Site, visitor: httpx.Client) -> None:
    _, secret = site.store.create_token("ines", ["read"])
    found = [sign_in(visitor, f"guess-{n}").status_code for n in range(limits.TRIES + 2)]
    assert found == [401] * limits.TRIES + [429] * 2
    late = sign_in(visitor, secret)
    assert late.status_code == 429 and late.headers["Retry-After"] == "60"


def test_a_token_for_crawlers_does_not_read(site: Site, visitor: httpx.Client) -> None:
    _, secret = site.store.create_token("crawler", ["submit"])
    sign_in(visitor, secret)
    refused = visitor.get("/")
    assert refused.status_code == 403 and "read" in refused.text and refused.text.startswith("<!doctype html>")


def test_a_form_larger_than_a_form_is_refused(site: Site, visitor: httpx.Client) -> None:
    assert sign_in(visitor, "x" * 100_000).status_code == 413


def test_failures_are_pages_for_people_and_data_for_programs(visitor: httpx.Client) -> None:
    page = visitor.get("/hosts/none.example")
    assert page.status_code == 404 and page.text.startswith("<!doctype html>")
    assert visitor.get("/no/such/place").text.startswith("<!doctype html>")
    assert visitor.get("/v1/figures/hosts/none.example").json()["error"]["name"] == "not_found"


def operations() -> list[tuple[str, str]]:
    """Every method and path there is, with something in the places of the path."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    found = {(method, re.sub(r"\{\w+\}", "0" * 32, route.path)) for route in routes for method in route.methods}
    assert {("POST", "/v1/pages"), ("POST", "/signout"), ("GET", "/hosts")} <= found
    return sorted(found)


def test_whatever_changes_something_needs_a_code_of_ours(site: Site) -> None:
    """Each form and each operation there is, also those that are yet to come."""
    _, secret = site.store.create_token("ines", ["admin"])
    with httpx.Client(base_url=site.url, cookies={cookies.SESSION: secret}, headers=BROWSER) as ines:
        (code,) = set(re.findall(r'name="csrf" value="(\w+)"', ines.get("/").text))
        for method, path in operations():
            if method in ("GET", "HEAD"):
                continue
            api = path.startswith("/v1/")
            if path != "/signin":  # who signs in has no session yet; see above for other sites
                bare = ines.request(method, path, data={"token": "x"} if not api else None)
                assert bare.status_code == (401 if api else 403), (method, path, bare.status_code)
                wrong = ines.request(method, path, data={"csrf": "0" * 64}, headers={"X-CSRF-Token": "0" * 64})
                assert wrong.status_code == 403, (method, path, wrong.status_code)
            foreign = {"Origin": "https://evil.example", "X-CSRF-Token": code}
            refused = ines.request(method, path, data={"csrf": code, "token": secret}, headers=foreign)
            assert refused.status_code == 403, (method, path, refused.status_code)


def test_nothing_is_read_or_changed_without_anybody(site: Site) -> None:
    """Each operation there is asks who it is, but those that are there for that or say nothing."""
    site.store.create_token("ines", ["admin"])
    free = {"/healthz", "/readyz", "/signin"}
    for method, path in operations():
        answer = httpx.request(method, site.url + path)
        if path not in free:
            assert answer.status_code in (401, 403, 303), (method, path, answer.status_code)
            assert answer.status_code != 303 or answer.headers["Location"].startswith("/signin"), (method, path)
