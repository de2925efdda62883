"""Pages of one site share templates, so data is split by registrable domain and never by page."""

from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    # ICANN suffixes only: two blogs of one hosting platform share its templates and belong together.
    return PublicSuffixList(only_icann=True)


def host_of(address: str) -> str:
    """The host in a URL, or of a bare host name, in lower case.

    >>> host_of("https://User@News.Example.co.uk:8080/a?b#c")
    'news.example.co.uk'
    >>> host_of("www.example.org")
    'www.example.org'
    >>> host_of("")
    ''
    """
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").rstrip(".")
    except ValueError:  # brackets that hold no address
        return ""


def registrable_domain(address: str) -> str:
    """The part of a host that somebody registered; the host itself where there is no such part.

    >>> registrable_domain("https://news.example.co.uk/a")
    'example.co.uk'
    >>> registrable_domain("one.blogspot.com") == registrable_domain("two.blogspot.com")
    True
    >>> registrable_domain("http://192.0.2.7/x"), registrable_domain("localhost")
    ('192.0.2.7', 'localhost')
    """
    host = host_of(address)
    try:
        ip_address(host)
    except ValueError:
        return _suffixes().privatesuffix(host) or host
    return host
