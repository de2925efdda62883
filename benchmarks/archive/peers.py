"""The pipelines beside which a run is measured: datatrove with its trafilatura extractor, and a bare script.

Run as `python -m benchmarks.archive.peers NAME OUT FILE...`, so that each starts as cold as the command does.
"""

import json
import multiprocessing
import shutil
import sys
from pathlib import Path

PROCESSES = 2


def datatrove(out: Path, files: list[str]) -> None:
    """WarcReader, Trafilatura with its defaults, JsonlWriter: two workers, a task per file."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.extractors import Trafilatura
    from datatrove.pipeline.readers import WarcReader
    from datatrove.pipeline.writers import JsonlWriter

    shutil.rmtree(out, ignore_errors=True)
    listing = out / "files.txt"
    listing.parent.mkdir(parents=True)
    listing.write_text("\n".join(Path(file).name for file in files) + "\n")
    LocalPipelineExecutor(
        pipeline=[
            WarcReader(str(Path(files[0]).parent), paths_file=str(listing)),
            Trafilatura(),
            JsonlWriter(str(out / "data")),
        ],
        tasks=len(files),
        workers=PROCESSES,
        logging_dir=str(out / "logs"),
    ).run()


def bare(out: Path, files: list[str]) -> None:
    """FastWARC and resiliparse's main text, written as JSON lines; no account, no restart, no limits."""
    out.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool(PROCESSES) as pool:
        pool.starmap(_bare_file, [(file, str(out / (Path(file).name + ".jsonl"))) for file in files], chunksize=1)


def _bare_file(file: str, out: str) -> None:
    from fastwarc.warc import ArchiveIterator, WarcRecordType
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    with Path(file).open("rb") as source, Path(out).open("w", encoding="utf-8", errors="replace") as target:
        for record in ArchiveIterator(source, record_types=WarcRecordType.response):
            page = record.reader.read()
            tree = HTMLTree.parse_from_bytes(page, detect_encoding(page, from_html_meta=True))
            text = extract_plain_text(tree, main_content=True, alt_texts=False)
            target.write(json.dumps({"url": record.headers.get("WARC-Target-URI"), "text": str(text)}) + "\n")


PEERS = {"datatrove": datatrove, "bare": bare}

if __name__ == "__main__":
    PEERS[sys.argv[1]](Path(sys.argv[2]), sys.argv[3:])
