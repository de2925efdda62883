"""Raw page in, clean text out, every removed character accounted for."""

from cleaners.errors import CleanError
from cleaners.page import Block, Cleaned, Drop, Evidence, Mark
from cleaners.pipeline import clean
from cleaners.profile import Profile
from cleaners.version import cleaner_version

__all__ = ["Block", "CleanError", "Cleaned", "Drop", "Evidence", "Mark", "Profile", "clean", "cleaner_version"]
