"""How alike two texts are, counted so that layout does not matter and every word does.

WCXB compares bags of words: both texts in lower case, a word being a run of letters, digits and
underscores (`\\w+`). Precision is the share of the output's words that are in the gold text, recall the
share of the gold text's words that are in the output, each word as often as it occurs; F1 is their
harmonic mean. Figures for many pages are plain means over pages ("macro"): a long page weighs no more
than a short one. Two empty texts agree fully; an empty one and another do not agree at all.

Chinese and Japanese put no spaces between words, so that a whole sentence would count as one word there.
Outside WCXB (all English) each Han character and kana is therefore a word of its own.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_WORD = re.compile(r"\w+")
_WORD_OR_CHARACTER = re.compile(rf"[{_HAN}{_KANA}]|[^\W{_HAN}{_KANA}]+")


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement of one output with its gold text, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


def words(text: str, *, split_cjk: bool = False) -> Counter[str]:
    """How often each word occurs.

    >>> sorted(words("To be, or not to be").items())
    [('be', 2), ('not', 1), ('or', 1), ('to', 2)]
    >>> words("GPT模型").total(), words("GPT模型", split_cjk=True).total()
    (1, 3)
    """
    return Counter((_WORD_OR_CHARACTER if split_cjk else _WORD).findall(text.lower()))


def score(output: str, gold: str, *, split_cjk: bool = False) -> Score:
    """Compare an output with its gold text.

    >>> score("b c c", "a b c")
    Score(precision=0.6666666666666666, recall=0.6666666666666666, f1=0.6666666666666666)
    >>> score("", "a").f1, score("a", "").f1, score(" ", "").f1
    (0.0, 0.0, 1.0)
    """
    got, wanted = words(output, split_cjk=split_cjk), words(gold, split_cjk=split_cjk)
    if not got and not wanted:
        return Score(1.0, 1.0, 1.0)
    common = (got & wanted).total()
    if not common:
        return Score(0.0, 0.0, 0.0)
    return Score(common / got.total(), common / wanted.total(), 2 * common / (got.total() + wanted.total()))


def fold(text: str) -> str:
    """Text without the differences that do not count in a snippet: case and white space.

    >>> fold("  Read\\n MORE ")
    'read more'
    """
    return " ".join(text.casefold().split())


def found(snippets: Iterable[str], text: str) -> int:
    """How many of the snippets the text contains.

    >>> found(["read  more", "Login"], "Please READ more.")
    1
    """
    folded = fold(text)
    return sum(fold(snippet) in folded for snippet in snippets)


def mean(values: Sequence[float]) -> float:
    """The plain mean; nothing measured is no figure.

    >>> mean([1, 2]), mean([])
    (1.5, nan)
    """
    return sum(values) / len(values) if values else float("nan")


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed.

    >>> quantile([4, 1, 3, 2], 0.5), quantile(list(range(1, 101)), 0.99), quantile([7], 0.99)
    (2, 99, 7)
    """
    if not values:
        return float("nan")
    ordered = sorted(values)
    rank = math.ceil(share * len(ordered) - 1e-9)  # .99 * 100 is a little more than 99
    return ordered[max(rank, 1) - 1]
