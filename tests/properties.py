"""What holds for every page: the account of drops can be replayed, and Markdown says the same words."""

from __future__ import annotations

from markdown_it import MarkdownIt

from cleaners.page import Cleaned
from cleaners.replay import apply, rebuild
from cleaners.stages.walk import walk

_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def check_account(cleaned: Cleaned) -> None:
    """Text, drops and blocks against the source text."""
    source = cleaned.source_text
    drops = [drop for drop in cleaned.drops if drop.field == "text"]
    assert apply(source, cleaned.drops) == cleaned.text
    assert rebuild(cleaned.text, cleaned.drops) == source
    at = 0
    before = None
    for drop in drops:
        assert at <= drop.start < drop.end <= len(source), "drops are sorted, disjoint and not empty"
        assert drop.text == source[drop.start : drop.end]
        if before is not None and before.end == drop.start:
            same = (before.reason, before.rule) == (drop.reason, drop.rule)
            assert not same, f"neighbours of one reason and rule are one drop: {before} {drop}"
        at = drop.end
        before = drop
    assert "".join(source[block.start : block.end] for block in cleaned.blocks) == source
    assert [block.index for block in cleaned.blocks] == list(range(len(cleaned.blocks)))
    end = 0
    for block in cleaned.blocks:
        assert block.start == end
        end = block.end


def markdown_words(markdown: str) -> str:
    """What a reader of the rendered Markdown reads."""
    return walk(_READER.render(markdown).encode())[0]
