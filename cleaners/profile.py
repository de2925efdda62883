"""What an operator decides: which reasons drop, what stays in, limits, extra terms. A frozen value read from TOML."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, cast

from cleaners.errors import BadProfile
from cleaners.stages.urls import host_of

Choice = Literal["drop", "flag", "keep"]
# what spans can be dropped for: the rules that drop, and what the judge and the headline's rule say
REASONS: Final = frozenset(
    "skip_link cookie_notice navigation breadcrumb pagination related_links newsletter app_promo share_bar login_prompt"
    " paywall adblock_prompt advertisement banner_label form_controls legal_footer contact_footer byline publish_date"
    " reading_time view_count caption comments tags author_box duplicate_text foreign_edge hidden_text spam_injection"
    " host_memory boilerplate title".split()
)
_HOST: Final = re.compile(r"(?:[^\W_A-Z](?:[^\W_A-Z]|[-_])*\.)*[^\W_A-Z](?:[^\W_A-Z]|[-_])*|\[?[0-9a-f:]+\]?")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one page. The defaults are documented in docs/limits.md."""

    max_bytes: int = 20_000_000  # bytes of input, decoded text counted in UTF-8
    max_depth: int = 10_000  # open elements; deeper ones lose their tags, never their text
    max_tags: int = 150_000  # beyond it inline tags are left out before parsing
    max_seconds: float = 20.0  # checked between stages
    deadline_seconds: float = 30.0  # a supervised process is killed after it
    max_memory_mb: int = 2_000  # of a supervised process


@dataclass(frozen=True, slots=True)
class Reason:
    """What happens to spans of one reason."""

    action: Choice = "drop"
    least: float = 0.0  # marks below this confidence do not act


@dataclass(frozen=True, slots=True)
class Profile:
    """A complete set of choices. `digest` names it in `cleaner_version`."""

    name: str = "default"
    title: bool = True  # the headline stays in the text
    captions: bool = False
    comments: bool = False  # under articles; a forum's posts always stay
    bylines: bool = False
    spam: Literal["strict", "default", "flag_only", "off"] = "default"
    trafilatura_metadata: bool = False  # ask trafilatura for missing metadata; 17 to 40 ms a page
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    extra_phrases: tuple[tuple[str, str], ...] = ()  # (rule id, phrase)
    allow_phrases: frozenset[str] = frozenset()
    spam_terms: tuple[str, ...] = ()
    spam_allow: frozenset[str] = frozenset()
    allow_hosts: frozenset[str] = frozenset()  # hosts whose spam is flagged, not cut
    hosts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # overrides by host
    limits: Limits = Limits()
    digest: str = ""

    @classmethod
    def load(cls, source: str | Path | Profile = "default") -> Profile:
        """The profile of that name in the package, or in that TOML file.

        Raises:
            BadProfile: there is no such profile, or it does not say what a profile says.
        """
        if isinstance(source, Profile):
            return source
        return _load(str(source))

    def __post_init__(self) -> None:
        if not self.digest:
            object.__setattr__(self, "digest", _digest(self))

    def choice(self, reason: str) -> Reason:
        """What to do with spans of `reason`, whoever found them."""
        flag = _FLAGS.get(reason)
        if flag and getattr(self, flag):
            return _KEEP
        return self.reasons.get(reason, _DROP)

    def for_host(self, host: str) -> Profile:
        """This profile with the overrides for `host`, or for a domain it belongs to."""
        if not self.hosts or not host:
            return self
        parts = host.split(".")
        for at in range(len(parts)):
            name = ".".join(parts[at:])
            if name in self.hosts:
                return _override(self, name)
        return self


_DROP = Reason()
_KEEP = Reason("keep")
_FLAGS = {"caption": "captions", "comments": "comments", "byline": "bylines"}  # reasons with a switch of their own


@lru_cache(maxsize=256)
def _load(source: str) -> Profile:
    packaged = files("cleaners.data").joinpath("profiles", f"{source}.toml")
    if "/" not in source and not source.endswith(".toml") and packaged.is_file():
        text = packaged.read_text(encoding="utf-8")
    else:
        try:
            text = Path(source).read_text(encoding="utf-8")
        except OSError as error:
            known = ", ".join(sorted(names()))
            hint = _meant(source, set(names()))
            raise BadProfile(f"No profile or file named {source!r} ({error.strerror}). Packaged: {known}.{hint}") from error
    return parse_profile(text, source)


def names() -> list[str]:
    """Names of the packaged profiles."""
    folder = files("cleaners.data").joinpath("profiles")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def parse_profile(text: str, source: str = "profile") -> Profile:
    """A profile from TOML text.

    Raises:
        BadProfile: the text is not TOML, or holds an unknown key or a value of the wrong type.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"{source}: {error}") from error
    base = Profile()
    inherits = data.pop("inherits", None)
    if inherits is not None:
        base = Profile.load(inherits)
    return replace(_apply(base, data, source), digest="")


def _apply(base: Profile, data: Mapping[str, Any], source: str) -> Profile:
    changes: dict[str, Any] = {}
    for key, value in data.items():
        if key == "reasons":
            given = {
                _known(reason, REASONS, "reason", source): _reason(reason, choice, source)
                for reason, choice in _table(value, key, source).items()
            }
            changes["reasons"] = {**base.reasons, **given}
        elif key == "limits":
            known = {f.name for f in fields(Limits)}
            unknown = sorted(set(_table(value, key, source)) - known)
            if unknown or not all(isinstance(v, int | float) and v > 0 for v in value.values()):
                hint = _meant(unknown[0], known) if unknown else ""
                raise BadProfile(f"{source}: [limits] takes positive numbers for {', '.join(sorted(known))}.{hint}")
            changes["limits"] = replace(base.limits, **value)
        elif key == "extra_phrases":
            lists = _table(value, key, source).items()
            pairs = [
                (_known(rule, phrased(), "list of phrases", source), phrase)
                for rule, phrases in lists
                for phrase in _strings(phrases, key, source)
            ]
            changes[key] = base.extra_phrases + tuple(pairs)
        elif key == "allow_hosts":
            changes[key] = base.allow_hosts | {_host(name, source) for name in _strings(value, key, source)}
        elif key in ("allow_phrases", "spam_allow"):
            changes[key] = getattr(base, key) | frozenset(_strings(value, key, source))
        elif key == "spam_terms":
            changes[key] = base.spam_terms + tuple(_strings(value, key, source))
        elif key == "hosts":
            for name, override in _table(value, key, source).items():
                _apply(base, _table(override, f"hosts.{name}", source), f"{source} [hosts.{_host(name, source)}]")
            changes["hosts"] = {**base.hosts, **value}
        elif key in ("title", "captions", "comments", "bylines", "trafilatura_metadata"):
            if not isinstance(value, bool):
                raise BadProfile(f"{source}: `{key}` is true or false.")
            changes[key] = value
        elif key == "spam":
            if value not in ("strict", "default", "flag_only", "off"):
                raise BadProfile(f"{source}: `spam` is strict, default, flag_only or off.")
            changes[key] = value
        elif key == "name":
            changes[key] = str(value)
        else:
            raise BadProfile(
                f"{source}: unknown key `{key}`.{_meant(key, {f.name for f in fields(Profile)} | {'inherits'})}"
            )
    return replace(base, **changes)


def _reason(reason: str, value: Any, source: str) -> Reason:
    if isinstance(value, str):
        value = {"action": value}
    table = _table(value, f"reasons.{reason}", source)
    action = table.get("action", "drop")
    least = table.get("least", 0.0)
    if action not in ("drop", "flag", "keep") or not isinstance(least, int | float) or set(table) - {"action", "least"}:
        raise BadProfile(f"{source}: [reasons.{reason}] takes action = drop, flag or keep, and least = 0 … 1.")
    return Reason(cast(Choice, action), float(least))


def _known(name: str, known: frozenset[str], what: str, source: str) -> str:
    """`name`, if it is one of those known: a misspelt one would do nothing, and nobody would hear of it."""
    if name not in known:
        raise BadProfile(f"{source}: there is no {what} `{name}`.{_meant(name, known)}")
    return name


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name.casefold().replace("-", "_").replace(" ", "_"), sorted(known), n=1, cutoff=0.5)
    return f" Did you mean `{near[0]}`?" if near else ""


def _host(name: str, source: str) -> str:
    """`name`, if an address can have such a host. One in another form would match no page."""
    if _HOST.fullmatch(name):
        return name
    bare = (host_of(name) or host_of(f"//{name}")).removeprefix("*.").strip(".")
    hint = f" Did you mean `{bare}`? It stands for the hosts below it too." if _HOST.fullmatch(bare) else ""
    raise BadProfile(f"{source}: `{name}` is no host: letters in lower case, no scheme, port, path or `*`.{hint}")


@cache
def phrased() -> frozenset[str]:
    """Rules that have a list of phrases: others would not look at more of them."""
    folder = files("cleaners.data").joinpath("phrases")
    return frozenset(entry.name.removesuffix(".toml") for entry in folder.iterdir()) & REASONS


def _table(value: Any, key: str, source: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadProfile(f"{source}: `{key}` is a table.")
    return value


def _strings(value: Any, key: str, source: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadProfile(f"{source}: `{key}` is a list of strings.")
    return value


def _digest(profile: Profile) -> str:
    form = {field.name: getattr(profile, field.name) for field in fields(Profile) if field.name != "digest"}
    canonical = json.dumps(form, sort_keys=True, default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else asdict(value)


_overridden: dict[tuple[str, str], Profile] = {}


def _override(profile: Profile, host: str) -> Profile:
    key = (profile.digest, host)
    if key not in _overridden:
        made = _apply(replace(profile, hosts={}), profile.hosts[host], f"[hosts.{host}]")
        # the digest stays the profile's own: it already covers every override
        _overridden[key] = replace(made, digest=profile.digest)
    return _overridden[key]
