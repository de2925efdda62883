"""A broker for tests: the embedded one, as `dehusk up` starts it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from worker.settings import Settings
from worker.up import broker


@contextmanager
def running_broker(settings: Settings, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run it, with more options if given."""
    (settings.data_dir / "broker").mkdir(parents=True, exist_ok=True)
    broker.prepare(settings)
    server = subprocess.Popen([*broker.command(settings), *more], stdout=subprocess.DEVNULL)
    try:
        assert broker.wait_until_ready(settings, lambda: server.poll() is None)
        yield server
    finally:
        server.kill()
        server.wait()


def html(title: str, comment: str = "") -> bytes:
    """A page with a menu and a text."""
    return (
        f"<!doctype html><title>{title}</title>{comment}<nav><a href='/'>Home</a> <a href='/n'>News</a></nav><main>"
        f"<h1>{title}</h1><p>The river rose by a foot overnight, and the ferry of {title} stayed at its pier.</p></main>"
    ).encode()
