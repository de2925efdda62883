"""Send a file of rows, such as the pages that could not be sent before: python -m dehusk_client FILE"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dehusk_client.client import Client
from dehusk_client.errors import DehuskError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dehusk_client", description="Send pages, one row of JSON a line.")
    parser.add_argument("file", type=Path, help="rows as POST /v1/pages:batch takes them")
    parser.add_argument("--url", default=os.environ.get("DEHUSK_URL", "http://127.0.0.1:8000"), help="the service")
    parser.add_argument("--source", help="for rows that name none")
    options = parser.parse_args(arguments)
    taken = refused = 0
    token = os.environ.get("DEHUSK_TOKEN")  # not an argument: those are seen by all users of a machine
    try:
        with Client(options.url, token=token, source=options.source) as client:
            for receipt in client.submit_all(rows(options.file)):
                taken += receipt.ok
                refused += not receipt.ok
                if not receipt.ok:
                    print(f"{receipt.id or receipt.url}: {receipt.error}: {receipt.message}", file=sys.stderr)
    except (DehuskError, OSError, ValueError) as error:
        print(f"{error} ({taken} pages were taken before)", file=sys.stderr)
        return 1
    print(f"{taken} taken, {refused} refused")
    return 1 if refused else 0


def rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
