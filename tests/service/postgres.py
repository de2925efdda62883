"""A PostgreSQL server of one's own: Debian's package or the `pgserver` wheel, in a folder of its own, on a socket."""

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_numbers = itertools.count(1)


def programs() -> Path | None:
    """The folder with initdb and postgres in it."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    spec = importlib.util.find_spec("pgserver")
    if spec is not None and spec.origin is not None:
        places.append(Path(spec.origin).parent / "pginstall" / "bin")
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).parent)
    return next((place for place in places if (place / "initdb").exists()), None)


class Server:
    """One running server. `database()` makes an empty database and gives its URL."""

    def __init__(self, folder: Path, bin: Path, options: tuple[str, ...]) -> None:
        self.folder = folder
        self.bin = bin
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _unprivileged()

    def create(self) -> None:
        """Lay out the folder."""
        if self._user is not None:
            os.chown(self.folder, *self._user)
        command = [self.bin / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
        self._run([*command, "--locale=C.UTF-8"])

    def start(self) -> None:
        """Start and wait until it answers."""
        options = ("listen_addresses=", f"unix_socket_directories={self.folder}", "max_connections=200", *self._options)
        command = [self.bin / "postgres", "-D", self.folder / "data", *(word for o in options for word in ("-c", o))]
        user = {} if self._user is None else {"user": self._user[0], "group": self._user[1], "extra_groups": []}
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **user
            )
        ready = [str(self.bin / "pg_isready"), "-q", "-h", str(self.folder)]
        for _ in range(300):
            if (self.bin / "pg_isready").exists():
                if subprocess.run(ready, check=False).returncode == 0:
                    return
            elif (self.folder / ".s.PGSQL.5432").exists():
                time.sleep(0.3)
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])

    def stop(self, signal: int = 2) -> None:
        """SIGINT ends all connections at once; SIGQUIT (3) is a crash."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal)
            self._process.wait(timeout=30)
            self._process = None

    @property
    def pid(self) -> int:
        """Of the server; its connections are children of it."""
        assert self._process is not None
        return self._process.pid

    def url(self, name: str = "postgres") -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def database(self, template: str = "template1") -> str:
        """The URL of a new database, a copy of `template`."""
        import psycopg

        name = f"t{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url(name)

    def _run(self, command: list[object]) -> None:
        user = {} if self._user is None else {"user": self._user[0], "group": self._user[1], "extra_groups": []}
        done = subprocess.run([str(c) for c in command], cwd=self.folder, capture_output=True, check=False, **user)
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))


def _unprivileged() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root: whom to run it as, unless we are nobody special already."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return found.pw_uid, found.pw_gid
    return None


@contextmanager
def server(*options: str) -> Iterator[Server]:
    """A server for a while. Without options it does not wait for disks."""
    found = programs()
    if found is None:
        raise FileNotFoundError("There is no PostgreSQL: install Debian's `postgresql` or the `pgserver` wheel.")
    folder = Path(tempfile.mkdtemp(prefix="dehusk-pg-"))
    made = Server(folder, found, options or ("fsync=off", "full_page_writes=off"))
    try:
        made.create()
        made.start()
        yield made
    finally:
        made.stop(signal=3)  # the folder goes anyway
        shutil.rmtree(folder, ignore_errors=True)
