"""`python -m fuzz`: look for a page that breaks a promise. `python -m fuzz FILE…`: try pages found before."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

FOUND = Path("fuzz/found")
CORPUS = Path("fuzz/corpus")


def main() -> None:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="inputs to try once each")
    parser.add_argument("--seconds", type=int, default=1200, help="how long to look (default: 1200)")
    parser.add_argument("--seed", type=int, default=0, help="of the fuzzer's chance; 0 for another one each time")
    chosen = parser.parse_args()
    if chosen.files:
        _replay(chosen.files)
    else:
        _look(chosen.seconds, chosen.seed)


def _replay(files: list[Path]) -> None:
    from fuzz.target import check

    for file in files:
        check(file.read_bytes())
        print(f"{file}: holds")


def _look(seconds: int, seed: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["cleaners"]):
        from fuzz.target import LARGEST, check
    from fuzz.mutate import mutate

    def mutation(data: bytes, largest: int, chance: int) -> bytes:
        if chance % 8 == 0:
            return bytes(atheris.Mutate(data, largest))
        return mutate(data, largest, chance)

    FOUND.mkdir(exist_ok=True)
    _plant()
    arguments = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        f"-max_len={LARGEST}",
        f"-seed={seed}",
        f"-artifact_prefix={FOUND}/",
        "-timeout=60",
        "-rss_limit_mb=3000",
        "-print_final_stats=1",
        str(CORPUS),
    ]
    atheris.Setup(arguments, check, custom_mutator=mutation)
    atheris.Fuzz()


def _plant() -> None:
    """Seeds, each as text and as bytes."""
    from fuzz.snippets import SEEDS, SENTENCES

    CORPUS.mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS):
        page = seed.format(*SENTENCES).encode()
        for form, header in (("bytes", b"\0\0\x30"), ("text", b"\1\1\x30"), ("tight", b"\x81\x12\0")):
            (CORPUS / f"seed-{number}-{form}").write_bytes(header + page)


if __name__ == "__main__":
    main()
