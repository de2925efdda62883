"""The command `dehusk`. Nothing is imported before it is needed: help comes at once."""

import signal

from worker.cli.ending import end_by


def main() -> None:
    """Entry point of the console script."""
    try:
        from worker.cli.app import app

        app(prog_name="dehusk")
    except KeyboardInterrupt:
        end_by(signal.SIGINT)
