"""`cleaner_version`: one string that changes whenever the same page could come out differently."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files

from cleaners.profile import Profile
from cleaners.stages.walk import SERIALISATION

RELEASE = "0.1.0"


def cleaner_version(profile: Profile, evidence_digest: str = "") -> str:
    """`release+12 hex` over phrase data, weights, profile and evidence. Compare for equality only."""
    return _version(profile.digest, evidence_digest)


@lru_cache(maxsize=512)
def _version(profile_digest: str, evidence_digest: str) -> str:
    whole = f"{RELEASE} {SERIALISATION} {data_digest()} {profile_digest} {evidence_digest}"
    return f"{RELEASE}+{hashlib.sha256(whole.encode()).hexdigest()[:12]}"


@lru_cache(maxsize=1)
def data_digest() -> str:
    """Digest over every data file of the package except the profiles, which count through their own digest."""
    state = hashlib.sha256()
    for path in ("phrases", "words", "weights"):
        folder = files("cleaners.data").joinpath(path)
        if not folder.is_dir():
            continue
        for entry in sorted(folder.iterdir(), key=lambda item: item.name):
            if entry.is_file():
                state.update(entry.name.encode())
                state.update(hashlib.sha256(entry.read_bytes()).digest())
    return state.hexdigest()
