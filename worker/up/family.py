"""Child processes under a parent: started in order, started again when they die, stopped in the other order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

SOON = 20.0  # a child that dies within so many seconds of its start did not work
HOPELESS = 3  # such deaths in a row
LONGEST_PAUSE = 10.0
LOG_BYTES = 50 * 1024 * 1024  # a log file is put aside at this size, and the one before it goes


class Hopeless(RuntimeError):
    """A part of the service does not start."""

    def __init__(self, name: str, file: Path) -> None:
        super().__init__(f"{name} does not start. The end of {file}:\n{tail(file)}")


@dataclass(slots=True)
class Member:
    """One child: what it is, and how it is to be ended."""

    name: str
    command: Sequence[str]
    log_file: Path
    steps: Sequence[tuple[signal.Signals, float]]  # to end it: a signal, and seconds until the next one
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0  # deaths soon after a start, in a row
    again: float = field(default=0.0)  # when it is to be started again

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Family:
    """The children of one parent. They share its lock, its environment and nothing else."""

    def __init__(self, environment: Mapping[str, str], lock: int, noted: Callable[[list[int]], None]) -> None:
        self._environment = {**os.environ, **environment}
        self._lock = lock
        self._noted = noted
        self.members: list[Member] = []  # in the order of their start
        self.settled = False  # all have run at the same time

    def start(self, member: Member) -> None:
        """Start a child in a session of its own, so that the terminal's signals reach the parent alone."""
        if member not in self.members:
            self.members.append(member)
        member.started = time.monotonic()
        with member.log_file.open("ab") as out:
            member.process = subprocess.Popen(
                [sys.executable, "-m", "worker.up.tied", str(os.getpid()), *member.command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
                pass_fds=(self._lock,),
            )
        self._noted([m.process.pid for m in self.members if m.process is not None and m.running])

    def look(self) -> None:
        """Start again who died; keep log files short.

        Raises:
            Hopeless: one dies as often as it is started, and the service has never run. Later it is tried for ever:
                a database that is away for an hour must not end everything else.
        """
        now = time.monotonic()
        for member in self.members:
            if member.running:
                if now - member.started > SOON:
                    member.failures = 0
                shorten(member.log_file)
            elif not member.again:
                status = member.process.returncode if member.process else None
                member.failures = member.failures + 1 if now - member.started < SOON else 0
                if member.failures >= HOPELESS and not self.settled:
                    raise Hopeless(member.name, member.log_file)
                pause = min(LONGEST_PAUSE, 2.0**member.failures / 2)
                member.again = now + pause
                log.error("part_died", part=member.name, status=status, again_in=pause)
            elif now >= member.again:
                member.again = 0.0
                self.start(member)
        self.settled = self.settled or all(m.running and now - m.started > SOON for m in self.members)

    def stop(self, names: Sequence[str], hurry: Callable[[], bool]) -> None:
        """End these children together, each by its steps; at once when somebody is in a hurry."""
        leaving = [member for member in self.members if member.name in names and member.running]
        began = time.monotonic()
        taken = dict.fromkeys(names, 0)
        while leaving:
            for member in leaving:
                self._press(member, time.monotonic() - began, taken, hurry())
            time.sleep(0.01)
            leaving = [member for member in leaving if member.running]
        self.members = [member for member in self.members if member.name not in names]

    @staticmethod
    def _press(member: Member, waited: float, taken: dict[str, int], hurry: bool) -> None:
        """Send the next signal when the one before it has had its time."""
        assert member.process is not None
        due = sum(seconds for _, seconds in member.steps[: taken[member.name]])
        if hurry and taken[member.name] <= len(member.steps):
            taken[member.name] = len(member.steps) + 1
            os.killpg(member.process.pid, signal.SIGKILL)
        elif taken[member.name] < len(member.steps) and waited >= due:
            member.process.send_signal(member.steps[taken[member.name]][0])
            taken[member.name] += 1
        elif taken[member.name] == len(member.steps) and waited >= due:
            taken[member.name] += 1
            log.warning("part_was_killed", part=member.name, after=round(waited, 1))
            os.killpg(member.process.pid, signal.SIGKILL)


def shorten(file: Path) -> None:
    """Put a long log aside. The child appends, so it goes on at the new beginning."""
    if file.stat().st_size > LOG_BYTES:
        file.with_suffix(".1.log").write_bytes(file.read_bytes())
        os.truncate(file, 0)


def tail(file: Path, lines: int = 15) -> str:
    """The end of a log."""
    text = file.read_bytes()[-8000:].decode("utf-8", "replace") if file.exists() else ""
    return "\n".join(text.splitlines()[-lines:])
