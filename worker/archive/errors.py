"""What can stop a run. The docstring is the message; what is wrong with one record stops nothing."""


class ArchiveError(Exception):
    """The archive cannot be cleaned."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        message = (type(self).__doc__ or "").strip()
        super().__init__(f"{message} {detail}".strip())


class NoInput(ArchiveError):
    """There is nothing to clean."""


class UnknownFormat(ArchiveError):
    """This is no format that can be read: WARC, WET, JSONL, Parquet, zip, or a folder of pages."""


class MissingPackage(ArchiveError):
    """A package is missing."""


class NoField(ArchiveError):
    """No field of the rows holds a page. Name it with --text-field or --html-field."""


class BadChoice(ArchiveError):
    """This choice of records cannot be understood."""


class RunChanged(ArchiveError):
    """This folder holds a run with other inputs or settings. Nothing was touched."""


class RunBusy(ArchiveError):
    """Another process is writing to this folder."""


class RunIncomplete(ArchiveError):
    """Not all ranges of this run are done."""


class NotARun(ArchiveError):
    """This is not the output folder of a run."""


class BadFile(ArchiveError):
    """This file is not what it should be."""


class StorageError(ArchiveError):
    """The storage does not answer as it should."""
