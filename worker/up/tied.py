"""`python -m worker.up.tied PARENT COMMAND …`: become that command, and have the kernel end it with its parent.

Children run in sessions of their own, so that Ctrl-C reaches the parent alone. Without this they would then outlive
a parent that was killed, and two brokers would write to one folder.
"""

import ctypes
import os
import signal
import sys

SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG; it lasts through exec


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(SET_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before that
        raise SystemExit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
