"""Which blocks of a page belong to its gold text, told by shared word trigrams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cleaners.page import Segment

_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")

UNKNOWN = -1.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def labels(segments: Sequence[Segment], gold: str) -> list[float]:
    """Per segment: the share of its trigrams that stand in the gold text; -1 for one without words.

    Blocks below three words count when they are a line of the gold, half when the gold holds their two words in a row.
    """
    words = _words(gold)
    trigrams = set(zip(words, words[1:], words[2:], strict=False))
    bigrams = set(zip(words, words[1:], strict=False))
    gold_lines = {" ".join(_words(line)) for line in gold.splitlines()}
    out: list[float] = []
    for segment in segments:
        own = _words(segment.text)
        if not own:
            out.append(UNKNOWN)
        elif len(own) < 4:
            if " ".join(own) in gold_lines or (len(own) == 3 and tuple(own) in trigrams):
                out.append(1.0)
            else:
                out.append(0.6 if len(own) == 2 and tuple(own) in bigrams else 0.0)
        else:
            triples = list(zip(own, own[1:], own[2:], strict=False))
            out.append(sum(triple in trigrams for triple in triples) / len(triples))
    return out
