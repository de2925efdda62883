"""Who may do what: tokens with scopes, loopback without any, and no other site's page through a browser."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard import auth
from dashboard.__main__ import address
from tests.service.test_web_signin import operations
from tests.service.web_helpers import PAGE, Site, serving
from worker.settings import Settings
from worker.store import Store


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(auth, "REMEMBER", 0.0)
    with serving(tmp_path) as site:
        yield site


def status(site: Site, method: str, path: str, secret: str | None = None, **headers: str) -> int:
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    body = {"url": "https://a.example/", "html": PAGE} if method == "POST" else None
    return httpx.request(method, site.url + path, headers=headers, json=body, timeout=30).status_code


DOORS = (
    ("POST", "/v1/pages", "submit"),
    ("POST", "/v1/pages:batch", "submit"),
    ("POST", "/v1/clean", "submit"),
    ("GET", "/v1/documents", "read"),
    ("GET", "/v1/pages", "read"),
    ("GET", "/v1/pages/" + "0" * 32, "read"),
    ("GET", "/metrics", "read"),
    ("DELETE", "/v1/pages?host=a.example", "admin"),
    ("DELETE", "/v1/pages/" + "0" * 32, "admin"),
)


@pytest.mark.parametrize(("method", "path", "scope"), DOORS)
def test_each_door_asks_for_its_scope(site: Site, method: str, path: str, scope: str) -> None:
    secrets = {name: site.store.create_token(name, [name])[1] for name in auth.SCOPES}
    assert status(site, method, path) == 401
    assert status(site, method, path, "wrong") == 401
    for name, secret in secrets.items():
        found = status(site, method, path, secret)
        assert (found != 403) == (name in (scope, "admin")), name
        assert found != 401


SUBMITTING = {"/v1/pages", "/v1/pages:batch", "/v1/clean"}


def test_no_operation_there_is_opens_to_the_wrong_scope(site: Site) -> None:
    """Also those that the list above does not know yet."""
    secrets = {name: site.store.create_token(name, [name])[1] for name in auth.SCOPES}
    for method, path in operations():
        if path in ("/healthz", "/readyz", "/signin", "/signout"):
            continue
        submits = method == "POST" and path in SUBMITTING
        if not submits:
            assert status(site, method, path, secrets["submit"]) in (401, 403, 303), (method, path)
        if submits or method not in ("GET", "HEAD"):
            assert status(site, method, path, secrets["read"]) in (401, 403), (method, path)
        assert status(site, method, path, secrets["admin"]) not in (401,) or not path.startswith("/v1"), (method, path)


def test_a_revoked_token_opens_nothing(site: Site) -> None:
    token, secret = site.store.create_token("crawler", ["submit"])
    site.store.create_token("other", ["admin"])
    assert status(site, "POST", "/v1/pages", secret) == 202
    site.store.revoke_token(token.id)
    assert status(site, "POST", "/v1/pages", secret) == 401


def test_health_needs_no_token(site: Site) -> None:
    site.store.create_token("any", ["submit"])
    assert status(site, "GET", "/healthz") == 200 and status(site, "GET", "/readyz") == 200


def test_without_any_token_this_machine_is_let_in_under_its_own_name(site: Site) -> None:
    assert status(site, "POST", "/v1/pages") == 202
    assert status(site, "POST", "/v1/pages", Host="localhost") == 202
    # a name that somebody else made to point here
    assert status(site, "POST", "/v1/pages", Host="evil.example") == 403
    # a page of another site, in a browser on this machine
    assert status(site, "POST", "/v1/pages", Origin="https://evil.example") == 403
    assert status(site, "POST", "/v1/pages", Origin="null") == 403
    assert status(site, "POST", "/v1/pages", Origin=site.url) == 202


def test_a_secret_is_nowhere_in_the_data(site: Site) -> None:
    _, secret = site.store.create_token("crawler", ["submit"])
    assert status(site, "POST", "/v1/pages", secret) == 202
    for file in site.settings.data_dir.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes()


def test_it_listens_elsewhere_only_once_there_is_a_token(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path, host="0.0.0.0")
    store = Store.open(settings)
    store.migrate()
    assert address(settings) == "127.0.0.1"
    store.create_token("crawler", ["submit"])
    assert address(settings) == "0.0.0.0"
    store.close()
