"""What a trusted proxy says of a request: who asks, from where, under which address. From anybody else it is not heard."""

import ipaddress
from dataclasses import dataclass
from typing import Self

from fastapi import Request

from worker.settings import Settings

NAMES_OF_HERE = ("localhost",)
LONGEST_NAME = 200
TRACES = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Proxies:
    """Which addresses are proxies of ours, and in which header they name who signed in."""

    networks: tuple[Network, ...]
    header: str
    scopes: frozenset[str]
    admins: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            networks=tuple(ipaddress.ip_network(one) for one in settings.proxy_networks),
            header=settings.proxy_header,
            scopes=frozenset(settings.proxy_scopes),
            admins=frozenset(settings.proxy_admins),
        )

    @property
    def any(self) -> bool:
        return bool(self.networks)

    def speaks(self, request: Request) -> bool:
        """Whether this very connection comes from a proxy of ours."""
        return self._trusted(request.client.host if request.client is not None else "")

    def person(self, request: Request) -> str | None:
        """Who signed in there. A header that is there twice was half written by somebody else."""
        if not self.speaks(request):
            return None
        said = request.headers.getlist(self.header)
        if len(said) != 1:
            return None
        name = _text(said[0])
        return name if name and len(name) <= LONGEST_NAME and name.isprintable() else None

    def scopes_of(self, person: str) -> frozenset[str]:
        return self.scopes | {"admin"} if person in self.admins else self.scopes

    def address(self, request: Request) -> str:
        """Where the request comes from: the last address on its way that is no proxy of ours."""
        found = request.client.host if request.client is not None else ""
        way = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
        while way and self._trusted(found):
            found = way.pop()
        return found

    def secure(self, request: Request) -> bool:
        """Whether the browser speaks TLS."""
        if self.speaks(request):
            return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        return request.url.scheme == "https"

    def host(self, request: Request) -> str:
        """Name and port that the browser asked for."""
        asked = request.headers.get("host", "")
        return request.headers.get("x-forwarded-host", asked) if self.speaks(request) else asked

    def _trusted(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(address in network for network in self.networks)


def passed_on(request: Request) -> bool:
    """Whether some proxy, ours or not, left its traces: then "from this machine" says nothing about who asks."""
    return any(name in request.headers for name in TRACES)


def is_loopback(host: str) -> bool:
    address = _address(host)
    return host in NAMES_OF_HERE or (address is not None and address.is_loopback)


def _address(host: str) -> Address | None:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _text(value: str) -> str:
    """Headers are read as Latin-1; proxies write UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return value.strip()
