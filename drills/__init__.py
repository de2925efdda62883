"""Accidents on purpose, with real parts: a real broker, a real database, real worker processes.

`python -m drills` has each of them happen and then counts: every page is clean, rejected or dead with a reason, each
once. `make drills` runs them in full; the test suite runs them small.
"""
