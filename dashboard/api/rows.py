"""From lines to stored pages, in groups, with an answer for each line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cleaners.errors import CleanError, PageTooLarge
from cleaners.form import error_form
from dashboard.errors import ApiError, failure
from dashboard.reading.lines import Line
from dashboard.service import Service
from worker.intake import PageRow, submission_of
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Receipt, Submission

GROUP_ROWS = 500  # one transaction and one pack of bodies
GROUP_BYTES = 8 * 1024 * 1024


def store(service: Service, submissions: list[Submission]) -> list[Receipt]:
    """Store pages and have workers told. When this returns, they are durable.

    Raises:
        StoreUnavailable: none is.
    """
    receipts = service.store.submit(submissions)
    service.crier.tell(receipts)
    return receipts


@dataclass(slots=True)
class Intake:
    """One batch on its way into the store."""

    service: Service
    answers: list[dict[str, Any]] = field(default_factory=list)  # by row
    stop: ApiError | StoreUnavailable | None = None  # why the rest was not taken
    _group: list[tuple[int, Submission]] = field(default_factory=list)
    _bytes: int = 0

    def take(self, lines: Iterator[Line]) -> None:
        """Take the lines; what cannot be taken says so in its answer."""
        while self.stop is None:
            try:
                line = next(lines, None)
            except ApiError as error:  # the rows before it are whole
                self._flush()
                self.stop = self.stop or error
                return
            if line is None:
                self._flush()
                return
            self._take(line)
            if len(self._group) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
                self._flush()

    def _take(self, line: Line) -> None:
        place = len(self.answers)
        try:
            if line.too_long:
                raise PageTooLarge("The line is far longer than any page that would be taken.")
            submission = submission_of(PageRow.read(line.data), self.service.settings)
        except CleanError as error:
            self.answers.append({"row": place, "error": error_form(error)})
            return
        self.answers.append({"row": place})
        self._group.append((place, submission))
        self._bytes += len(submission.body or b"")

    def _flush(self) -> None:
        if not self._group:
            return
        try:
            self.service.pressure.check()
            receipts = store(self.service, [submission for _, submission in self._group])
        except (ApiError, StoreUnavailable) as error:
            self.stop = error
            del self.answers[self._group[0][0] :]  # no answer: send these again
        else:
            for (place, _), receipt in zip(self._group, receipts, strict=True):
                self.answers[place] = {"row": place, **form(receipt)}
        self._group, self._bytes = [], 0

    def written(self) -> bytes:
        """The answers, a line each."""
        return b"".join(json.dumps(answer).encode() + b"\n" for answer in self.answers)


def form(receipt: Receipt) -> dict[str, Any]:
    """A receipt as it is answered."""
    if receipt.error is not None:
        return failure(receipt.error, receipt.message)
    return {
        "page_id": receipt.page_id,
        "revision_id": receipt.revision_id,
        "state": receipt.state,
        "new": receipt.new,
    }
