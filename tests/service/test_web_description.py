"""The API does what its description says: every operation is asked strange things, and answers as described."""

import subprocess
import sys
from pathlib import Path

from tests.cli_helpers import ROOT, environment
from tests.service.web_helpers import serving

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth"


def test_no_question_breaks_it(tmp_path: Path) -> None:
    with serving(tmp_path / "data", max_page_bytes=100_000) as site:
        _, secret = site.store.create_token("fuzz", ["admin"])
        ran = subprocess.run(
            [
                *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"),
                *(f"{site.url}/openapi.json", "--checks", CHECKS, "--max-examples", "12", "--seed", "7"),
                *("--phases", "examples,coverage,fuzzing", "--warnings", "off", "--no-color"),
                *("--header", f"Authorization: Bearer {secret}"),
            ],
            cwd=tmp_path,
            env=environment(SCHEMATHESIS_HOOKS="tests.service.schemathesis_hooks", PYTHONPATH=str(ROOT)),
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-1000:]
        assert site.http.get("/healthz").status_code == 200
