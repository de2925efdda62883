"""What a crawler may hand in, the same through every door: HTTP, Redis Stream, Celery task.

submission = submission_of(PageRow.read(line), settings)
"""

from worker.intake.errors import BadRow, NotAllowed
from worker.intake.row import BlobRow, PageRow, submission_of

__all__ = ["BadRow", "BlobRow", "NotAllowed", "PageRow", "submission_of"]
