"""The peers' outputs do not change between runs, and making them takes most of a run's time."""

import sqlite3
import threading
import zlib
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".bench-cache"


class OutputCache:
    """Texts by tool version, tool set-up and page bytes; for quality only, a time is never kept."""

    def __init__(self, folder: Path = FOLDER) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(folder / "outputs.sqlite3", check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA synchronous=OFF")  # a lost cache is only time
        self._rows.execute("CREATE TABLE IF NOT EXISTS output (key BLOB PRIMARY KEY, text BLOB, error TEXT)")

    @staticmethod
    def key(fingerprint: str, page: bytes, url: str | None, language: str) -> bytes:
        settings = "\0".join((fingerprint, url or "", language)).encode()
        return sha256(sha256(settings).digest() + page).digest()

    def get(self, key: bytes) -> tuple[str, str | None] | None:
        """The text and the error, if any; nothing when the page was not cleaned before."""
        with self._lock:
            row = self._rows.execute("SELECT text, error FROM output WHERE key = ?", (key,)).fetchone()
        return (zlib.decompress(row[0]).decode("utf-8", "surrogatepass"), row[1]) if row else None

    def put(self, key: bytes, text: str, error: str | None) -> None:
        packed = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
        with self._lock:
            self._rows.execute("INSERT OR REPLACE INTO output VALUES (?, ?, ?)", (key, packed, error))

    def close(self) -> None:
        self._rows.close()
