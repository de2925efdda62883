"""One address of the broker serves redis-py and Celery, and its password is shown to nobody."""

import pytest

from worker.queue.addresses import SentinelAddress, celery_broker, sentinel_address, shown
from worker.settings import BadSettings


@pytest.mark.parametrize(
    ("ours", "celerys"),
    [
        ("redis://me:secret@host:6380/2", "redis://me:secret@host:6380/2"),
        ("rediss://host/0?ssl_ca_certs=/etc/ca.pem", "rediss://host/0?ssl_ca_certs=/etc/ca.pem"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
    ],
)
def test_plain_addresses(ours: str, celerys: str) -> None:
    assert celery_broker(ours) == (celerys, {}, None)


def test_sentinels() -> None:
    url, options, tls = celery_broker("sentinel://me:a%2Fb@s1:26379,s2/mymaster/1?sentinel_password=other")
    assert url == "sentinel://me:a%2Fb@s1:26379/1;sentinel://me:a%2Fb@s2:26379/1"
    assert options == {"master_name": "mymaster", "sentinel_kwargs": {"password": "other"}}
    assert tls is None


def test_sentinels_with_tls() -> None:
    found = sentinel_address("sentinel+tls://s1:1/main/0?ssl_ca_certs=/ca.pem")
    assert found == SentinelAddress(
        sentinels=(("s1", 1),),
        master="main",
        db=0,
        username=None,
        password=None,
        tls={"ssl": True, "ssl_ca_certs": "/ca.pem"},
    )
    _, options, tls = celery_broker("sentinel+tls://s1:1/main/0?ssl_ca_certs=/ca.pem")
    assert options["sentinel_kwargs"] == {"ssl": True, "ssl_ca_certs": "/ca.pem"}
    assert tls == {"ssl_ca_certs": "/ca.pem"}


@pytest.mark.parametrize("url", ["sentinel://s1:26379", "sentinel:///mymaster", "sentinel://s1/mymaster/x"])
def test_sentinel_urls_that_make_no_sense(url: str) -> None:
    with pytest.raises(BadSettings):
        sentinel_address(url)


@pytest.mark.parametrize(
    "url", ["redis://me:secret@host:6380/2", "sentinel://me:secret@s1,s2/main?sentinel_password=secret"]
)
def test_passwords_are_not_shown(url: str) -> None:
    assert "secret" not in shown(url)
    assert shown(url).startswith(url.split("://")[0])
