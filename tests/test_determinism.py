"""The same page gives the same result in every process, whatever the order of its sets."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT = """
import hashlib, json, pathlib
from cleaners import clean
from cleaners.form import to_json
state = hashlib.sha256()
for page in sorted(pathlib.Path("fixtures/pages").glob("*/page.*")):
    state.update(json.dumps(to_json(clean(page.read_bytes()), source=True, markdown=True), sort_keys=True).encode())
print(state.hexdigest())
"""


def digest(seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_hash_seeds_change_nothing() -> None:
    assert digest("1") == digest("2") != ""
