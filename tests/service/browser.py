"""A real browser for tests: Debian's chromium through Playwright. Without one, a laptop skips and CI fails."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")  # tests may run as root, which needs the first
SILENT = ("--disable-background-networking", "--disable-component-update", "--disable-sync")

needs_browser = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="no chromium here: apt-get install chromium"
)


class Trap:
    """Stands for every other host: whatever the browser sends out arrives here, if it is only a connection."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.caught = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection, _ = self._socket.accept()
                self.caught += 1
                connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.close()


@pytest.fixture(scope="module")
def browser(trap: Trap) -> Iterator[Browser]:
    assert CHROMIUM is not None, "CI installs chromium: see .ci/run"
    elsewhere = f"--host-resolver-rules=MAP *.example 127.0.0.1:{trap.port}"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *SILENT, elsewhere])
        yield found
        found.close()


class Watched:
    """A page in the browser, and all it complained of."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.base = base
        self.said: list[str] = []  # errors, refused scripts, dialogues
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", self._answer)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path, wait_until="load")
        return self.page

    def _hear(self, message: ConsoleMessage) -> None:
        inside = "/original/" in message.location.get("url", "")  # its policy refuses what a stranger wrote, and says so
        if message.type in ("error", "warning") and not inside:
            self.said.append(message.text)

    def _answer(self, dialog: Dialog) -> None:
        self.said.append(f"dialog {dialog.message}")
        dialog.dismiss()
