"""People whom a trusted proxy signed in: its word counts, and nobody else's; and what travels by itself changes nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard import auth
from tests.service.web_helpers import Site, serving
from worker.settings import BadSettings, Settings

BROWSER = {"Accept": "text/html"}
INES = {**BROWSER, "X-Forwarded-User": "ines"}
HERE = ("127.0.0.1/32", "::1/128")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(auth, "REMEMBER", 0.0)
    with serving(tmp_path, proxy_networks=HERE, proxy_admins=("omar",)) as site:
        yield site


def get(site: Site, path: str, **headers: str) -> httpx.Response:
    return httpx.get(site.url + path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_person_whom_the_proxy_names_may_look(site: Site) -> None:
    page = httpx.get(f"{site.url}/hosts", headers=INES)
    assert page.status_code == 200 and "ines" in page.text
    assert get(site, "/v1/documents", X_Forwarded_User="ines").status_code == 200
    named = [(b"X-Forwarded-User", "Inés".encode()), (b"Accept", b"text/html")]
    assert "Inés" in httpx.get(f"{site.url}/hosts", headers=named).text


def test_a_name_is_text_like_any_other(site: Site) -> None:
    text = httpx.get(f"{site.url}/hosts", headers={**BROWSER, "X-Forwarded-User": "<b>ines</b>"}).text
    assert "&lt;b&gt;ines" in text and "<b>ines" not in text


def test_without_a_name_a_token_is_asked_for_even_on_this_machine(site: Site) -> None:
    assert httpx.get(f"{site.url}/hosts", headers=BROWSER).status_code == 303
    assert get(site, "/v1/documents").status_code == 401
    _, secret = site.store.create_token("crawler", ["submit"])
    sent = {"Authorization": f"Bearer {secret}"}
    assert httpx.post(f"{site.url}/v1/pages", json={"id": "a", "text": "Words."}, headers=sent).status_code == 202


@pytest.mark.parametrize("name", ["", "a" * 201, "a\tb"])
def test_what_is_no_name_is_nobody(site: Site, name: str) -> None:
    assert get(site, "/v1/documents", X_Forwarded_User=name).status_code in (400, 401)


def test_a_name_given_twice_is_nobody(site: Site) -> None:
    twice = [("X-Forwarded-User", "omar"), ("X-Forwarded-User", "ines")]
    assert httpx.get(f"{site.url}/v1/documents", headers=twice).status_code == 401


@pytest.mark.parametrize("networks", [("10.0.0.0/8",), ("192.0.2.7",), ("2001:db8::/32",)])
def test_from_elsewhere_the_header_is_not_heard(tmp_path: Path, networks: tuple[str, ...]) -> None:
    with serving(tmp_path, proxy_networks=networks) as site:
        assert get(site, "/v1/documents", X_Forwarded_User="ines").status_code == 401
        assert get(site, "/v1/documents", X_Forwarded_User="ines", X_Forwarded_For="10.0.0.1").status_code == 401


def test_without_the_setting_nobody_is_named(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        site.store.create_token("any", ["read"])
        assert get(site, "/v1/documents", X_Forwarded_User="ines").status_code == 401


@pytest.mark.parametrize("trace", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host"])
def test_what_was_passed_on_does_not_come_from_this_machine(tmp_path: Path, trace: str) -> None:
    with serving(tmp_path) as site:
        assert get(site, "/v1/documents").status_code == 200
        assert httpx.get(f"{site.url}/v1/documents", headers={trace: "192.0.2.1"}).status_code == 403


def test_scopes_are_those_of_the_settings(site: Site) -> None:
    with httpx.Client(base_url=site.url) as omar, httpx.Client(base_url=site.url) as ines:
        for who, client, found in (("omar", omar, 200), ("ines", ines, 403)):
            client.headers["X-Forwarded-User"] = who
            code = _code(client)
            answer = client.delete("/v1/pages", params={"host": "a.example"}, headers={"X-CSRF-Token": code})
            assert answer.status_code == found, answer.text


def _code(client: httpx.Client) -> str:
    (code,) = set(re.findall(r'name="csrf" value="(\w+)"', client.get("/signin", headers=BROWSER).text)) or {""}
    return code or _from_page(client)


def _from_page(client: httpx.Client) -> str:
    """Pages without a form have no code in them; it is worked out as pages do."""
    from dashboard.cookies import FORM
    from dashboard.cookies import _code as made_of

    return made_of(client.cookies[FORM])


def test_a_persons_browser_changes_nothing_by_itself(site: Site) -> None:
    with httpx.Client(base_url=site.url, headers={"X-Forwarded-User": "omar"}) as omar:
        asked = {"host": "a.example"}
        assert omar.delete("/v1/pages", params=asked).status_code == 401
        assert omar.delete("/v1/pages", params=asked, headers={"X-CSRF-Token": "0" * 64}).status_code == 403
        code = {"X-CSRF-Token": _code(omar)}
        assert omar.delete("/v1/pages", params=asked, headers={**code, "Origin": "https://evil.example"}).status_code == 403
        assert omar.delete("/v1/pages", params=asked, headers={**code, "Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert omar.delete("/v1/pages", params=asked, headers={**code, "Origin": site.url}).status_code == 200
        assert omar.delete("/v1/pages", params=asked, headers=code).status_code == 200
    with httpx.Client(base_url=site.url, headers={"X-Forwarded-User": "omar"}) as other:
        assert other.delete("/v1/pages", params=asked, headers=code).status_code == 403, "a code is one browser's"


def test_behind_tls_cookies_need_it_and_belong_to_this_name_alone(site: Site) -> None:
    _, secret = site.store.create_token("ines", ["read"])
    outside = {**BROWSER, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "dehusk.example"}
    sent = {**outside, "Origin": "https://dehusk.example"}
    entered = httpx.post(f"{site.url}/signin", data={"token": secret}, headers=sent)
    cookie = entered.headers["Set-Cookie"]
    assert entered.status_code == 303
    assert cookie.startswith("__Host-dehusk_session=") and "Domain" not in cookie
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    pair = cookie.split(";")[0]
    assert httpx.get(f"{site.url}/hosts", headers={**outside, "Cookie": pair}).status_code == 200
    plain = pair.removeprefix("__Host-")  # as a page of another name under the domain might set it
    assert httpx.get(f"{site.url}/hosts", headers={**outside, "Cookie": plain}).status_code == 303
    foreign = httpx.post(f"{site.url}/signin", data={"token": secret}, headers={**outside, "Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_wrong_tokens_are_counted_by_the_address_behind_the_proxy(site: Site) -> None:
    def wrong(address: str) -> int:
        sent = {**BROWSER, "X-Forwarded-For": address}
        return httpx.post(f"{site.url}/signin", data={"token": "guess"}, headers=sent).status_code

    assert [wrong("192.0.2.1") for _ in range(12)] == [401] * 10 + [429] * 2
    assert wrong("192.0.2.2") == 401
    assert wrong("192.0.2.9, 192.0.2.1") == 429, "what stands before it anybody can write"
    assert wrong("192.0.2.1, 127.0.0.1") == 429, "a proxy of ours on the way is no address"


@pytest.mark.parametrize("networks", ['["0.0.0.0/0"]', '["::/0"]', '["proxy.example"]', '["10.0.0.1/8"]'])
def test_everybody_is_no_proxy(monkeypatch: pytest.MonkeyPatch, networks: str) -> None:
    monkeypatch.setenv("DEHUSK_PROXY_NETWORKS", networks)
    with pytest.raises(BadSettings):
        Settings.load()
