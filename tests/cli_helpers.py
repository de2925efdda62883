"""Runs the real command as a shell would, with or without a terminal."""

import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "worker.cli"]

PARAGRAPHS = (
    "The river rose by more than a metre overnight, and the ferry stayed at its pier until the afternoon.",
    "Farmers on the lower bank moved their cattle to the old airfield, where the council had put up tents.",
    "By evening the water was falling again, and the bridge at Aldersea was opened to lorries and buses.",
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>River rises at Aldersea</title></head>
<body>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve your experience.</p>
<button>Accept all cookies</button></div>
<nav><ul><li><a href="/">Home</a></li>
<li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>River rises at Aldersea</h1>
<p>{}</p>
<p>{}</p>
<p>{}</p>
</article></main>
<footer><p>© 2024 The Aldersea Courier. All rights reserved.</p></footer>
</body></html>
""".format(*PARAGRAPHS)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    errors: str


def environment(**more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return {**plain, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "xterm-256color", **more}


def dehusk(*arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, **more: str) -> Ran:
    ran = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(**more),
        timeout=100,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def on_terminal(*arguments: str | Path, only_errors: bool = False, cwd: Path | None = None, **more: str) -> Ran:
    """The same where standard error, and output too unless `only_errors`, is a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if only_errors else follower,
        stderr=follower,
        cwd=cwd,
        env=environment(COLUMNS="100", **more),
    )
    os.close(follower)
    seen = b""
    out = process.stdout.read() if process.stdout is not None else b""
    while True:
        try:
            data = os.read(leader, 65536)
        except OSError:  # the last one to hold the terminal has gone
            break
        if not data:
            break
        seen += data
    os.close(leader)
    if process.stdout is not None:
        process.stdout.close()
    status = process.wait(timeout=60)
    return Ran(status, out.decode() if only_errors else seen.decode(), seen.decode())
