"""One address of the broker for two libraries that write addresses differently, with TLS, ACL and Sentinel.

    redis://user:password@host:6379/0          rediss://host:6380/0?ssl_ca_certs=/etc/ca.pem
    unix:///run/valkey.sock?db=0               sentinel://user:password@s1:26379,s2:26379/mymaster/0

`sentinel+tls` speaks TLS to the sentinels and to the server. Sentinels with a password of their own get it by
`?sentinel_username=…&sentinel_password=…`.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

import redis
from redis.sentinel import Sentinel

from worker.settings import BadSettings

SENTINEL_PORT = 26379
TLS = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentinelAddress:
    """What a sentinel URL says."""

    sentinels: tuple[tuple[str, int], ...]
    master: str
    db: int
    username: str | None
    password: str | None
    tls: dict[str, Any] = field(default_factory=dict)  # {"ssl": True, …}, or empty
    sentinel: dict[str, Any] = field(default_factory=dict)  # user name and password of the sentinels themselves


def connect(url: str, *, timeout: float = 5.0) -> redis.Redis:
    """A client that answers or fails within `timeout` seconds."""
    patience: dict[str, Any] = {"socket_timeout": timeout, "socket_connect_timeout": timeout}
    if not url.startswith("sentinel"):
        return redis.Redis.from_url(url, **patience)
    address = sentinel_address(url)
    found = Sentinel(  # type: ignore[no-untyped-call]
        list(address.sentinels), sentinel_kwargs={**address.sentinel, **address.tls, **patience}, **address.tls, **patience
    )
    client: redis.Redis = found.master_for(  # type: ignore[no-untyped-call]
        address.master, db=address.db, username=address.username, password=address.password
    )
    return client


def celery_broker(url: str) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
    """The same address for Celery: its URL, transport options and TLS options."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return "redis+socket" + url.removeprefix("unix").replace("?db=", "?virtual_host="), {}, None
    if not parts.scheme.startswith("sentinel"):
        return url, {}, None
    address = sentinel_address(url)
    who = f"{quote(address.username or '', safe='')}:{quote(address.password, safe='')}@" if address.password else ""
    urls = ";".join(f"sentinel://{who}{host}:{port}/{address.db}" for host, port in address.sentinels)
    options = {"master_name": address.master, "sentinel_kwargs": {**address.sentinel, **address.tls}}
    tls = {name: value for name, value in address.tls.items() if name != "ssl"}
    return urls, options, (tls or {"ssl_cert_reqs": "required"}) if address.tls else None


def sentinel_address(url: str) -> SentinelAddress:
    """Read a sentinel URL.

    Raises:
        BadSettings: it names no sentinel or no master.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    master, _, db = parts.path.strip("/").partition("/")
    sentinels = tuple(_host(part) for part in parts.netloc.rpartition("@")[2].split(",") if part)
    if not sentinels or not master or not (db or "0").isdecimal():
        raise BadSettings("A sentinel URL reads sentinel://host:26379,host:26379/master/0.")
    tls = {name: query[name] for name in TLS if name in query}
    own = {name: query[f"sentinel_{name}"] for name in ("username", "password") if f"sentinel_{name}" in query}
    user, _, password = _who(parts)
    return SentinelAddress(
        sentinels=sentinels,
        master=master,
        db=int(db or 0),
        username=user or None,
        password=password or None,
        tls={"ssl": True, **tls} if parts.scheme == "sentinel+tls" else {},
        sentinel=own,
    )


def shown(url: str) -> str:
    """The address without its password, for logs and screens."""
    parts = urlsplit(url)
    hidden = parts.netloc.rpartition("@")[2]
    query = urlencode([(name, "…" if "password" in name else value) for name, value in parse_qsl(parts.query)], safe="…/")
    return parts._replace(netloc=f"…@{hidden}" if hidden != parts.netloc else hidden, query=query).geturl()


def _host(part: str) -> tuple[str, int]:
    host, _, port = part.rpartition(":")
    if not host:
        return part, SENTINEL_PORT
    return host, int(port)


def _who(parts: SplitResult) -> tuple[str, str, str]:
    user, colon, password = parts.netloc.rpartition("@")[0].partition(":")
    return unquote(user), colon, unquote(password)
