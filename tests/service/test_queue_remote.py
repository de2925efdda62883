"""Brokers elsewhere: with a user of the ACL, behind TLS, behind Sentinel. A real worker cleans pages through each."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from drills.world import pages, world
from worker.queue.addresses import connect
from worker.store.nouns import Where
from worker.up.broker import get_binary_path

ACL = ("ACL", "SETUSER", "dehusk", "on", ">secret", "~*", "&*", "+@all", "-@dangerous", "+info")  # as documented
WATCHER = ("ACL", "SETUSER", "watcher", "on", ">watching", "~*", "&*", "+@all")  # the sentinels' own user


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(*options: str) -> Iterator[None]:
    process = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def wait_for(url: str) -> None:
    ends = time.monotonic() + 20
    while True:
        client = connect(url)
        with suppress(RedisError):
            if client.ping():
                client.close()
                return
        client.close()
        assert time.monotonic() < ends, url
        time.sleep(0.1)


@contextmanager
def guarded(folder: Path, port: int, *another: str) -> Iterator[None]:
    """A server on TCP whose only user that may do something is `dehusk`."""
    with server("--port", str(port), "--dir", str(folder), "--save", "", "--bind", "127.0.0.1"):
        wait_for(f"redis://127.0.0.1:{port}/0")
        client = connect(f"redis://127.0.0.1:{port}/0")
        client.execute_command(*ACL)  # type: ignore[no-untyped-call]
        if another:
            client.execute_command(*another)  # type: ignore[no-untyped-call]
        client.execute_command("ACL", "SETUSER", "default", "off")  # type: ignore[no-untyped-call]
        client.close()
        yield


def cleans(url: str) -> None:
    with world(redis_url=url) as here:
        here.start_scheduler()
        here.start_worker()
        here.submit(pages(3))
        assert here.announcer.trouble is None
        client = connect(url)
        client.xadd("dehusk:pages", {"id": "by-stream", "text": "Words of a page that came by the stream."})
        client.close()
        here.wait(40, until=lambda: here.states() == {"clean": 4})
        for row in here.store.revisions(Where()).rows:
            here.submitted[row.page_id] = row.key


def test_a_user_of_the_acl(tmp_path: Path) -> None:
    port = free_port()
    with guarded(tmp_path, port):
        cleans(f"redis://dehusk:secret@127.0.0.1:{port}/0")


def test_sentinel(tmp_path: Path) -> None:
    port, watch = free_port(), free_port()
    configuration = tmp_path / "sentinel.conf"
    configuration.write_text(
        f"port {watch}\nbind 127.0.0.1\ndir {tmp_path}\nsentinel monitor mymaster 127.0.0.1 {port} 1\n"
        "sentinel auth-user mymaster watcher\nsentinel auth-pass mymaster watching\n"
    )
    with guarded(tmp_path, port, *WATCHER):
        with server(str(configuration), "--sentinel"):
            url = f"sentinel://dehusk:secret@127.0.0.1:{watch}/mymaster/0"
            wait_for(url)
            cleans(url)


@pytest.mark.skipif(shutil.which("openssl") is None and not os.environ.get("CI"), reason="makes a certificate")
def test_tls(tmp_path: Path) -> None:
    port, outside = free_port(), free_port()
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = [
        "-keyout",
        str(tmp_path / "key.pem"),
        "-out",
        str(tmp_path / "ca.pem"),
        "-addext",
        "subjectAltName=DNS:localhost",
    ]
    subprocess.run([*command, *files], check=True, capture_output=True)
    with ExitStack() as stack:
        stack.enter_context(guarded(tmp_path, port))
        stack.enter_context(tls_front(tmp_path, outside, port))
        cleans(f"rediss://dehusk:secret@localhost:{outside}/0?ssl_ca_certs={tmp_path / 'ca.pem'}")


@contextmanager
def tls_front(folder: Path, port: int, inside: int) -> Iterator[None]:
    """What speaks TLS in front of a server that does not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    listener = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=_accept, args=(listener, context, inside), daemon=True).start()
    try:
        yield
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, context: ssl.SSLContext, inside: int) -> None:
    with suppress(OSError):
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=_serve, args=(plain, context, inside), daemon=True).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, inside: int) -> None:
    with suppress(OSError), context.wrap_socket(plain, server_side=True) as near:
        with socket.create_connection(("127.0.0.1", inside)) as far:
            back = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
            back.start()
            _pass_on(near, far)
            back.join(5)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
