"""What an operator sets, read once at the edge: environment (DEHUSK_…), then a TOML file, then these defaults."""

import hashlib
import ipaddress
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

PREFIX = "DEHUSK_"
FILE_VARIABLE = "DEHUSK_CONFIG"  # names the TOML file; without it dehusk.toml in the working folder, if there is one
OF_THE_CLIENT = ("DEHUSK_URL", "DEHUSK_TOKEN")  # read by crawlers, which may run on the same machine
LONGEST_SOCKET = 100  # bytes; the kernel takes 107


class BadSettings(ValueError):
    """The settings cannot be used."""


class Settings(BaseSettings):
    """Frozen. `Settings.load()` reads them; `environment()` hands them to a child process."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", validate_default=True)

    # where things are
    data_dir: Path = Path("dehusk-data")  # database, bodies and broker of an embedded installation
    database_url: str | None = None  # SQLAlchemy; None is SQLite in data_dir
    redis_url: str | None = None  # Redis or Valkey (redis, rediss, sentinel, unix); None is one of our own in data_dir
    blob_url: str | None = None  # raw pages, any fsspec URL; None is data_dir/blobs
    blob_prefixes: tuple[str, ...] = ()  # by-reference bodies may be read below these URLs only

    # how it runs
    host: str = "127.0.0.1"  # of the web process; loopback only until there is a token
    port: int = Field(8000, ge=1, le=65535)
    workers: int | None = Field(None, ge=1)  # cleaning processes; None is one a processor
    samples: bool = True  # an empty embedded store starts with the packaged sample pages
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    # who may use the web process; see docs/operations.md
    proxy_networks: tuple[str, ...] = ()  # addresses of proxies that sign people in; nobody else's word is taken
    proxy_header: str = Field("X-Forwarded-User", pattern=r"^[A-Za-z0-9-]+$")  # where they say who it is
    proxy_scopes: tuple[Literal["submit", "read", "review", "admin"], ...] = ("read", "review")  # of everybody they let in
    proxy_admins: tuple[str, ...] = ()  # names with the scope admin beside these
    rate_limit: int | None = Field(6000, gt=0)  # requests a minute of one token, at each web process; None: any number

    # a page
    profile: str = "default"  # packaged name or TOML file
    deadline_seconds: float | None = Field(None, gt=0)  # a page's process is killed after it; None is the profile's limit
    memory_mb: int | None = Field(None, ge=64)  # a page's process may take; None is the profile's limit

    # intake
    max_body_bytes: int = Field(64 * 1024 * 1024, gt=0)  # a request as it is sent
    max_decoded_bytes: int = Field(512 * 1024 * 1024, gt=0)  # a request after decompression
    max_page_bytes: int = Field(20_000_000, gt=0)  # one page, as in the profile's limits
    backlog_limit: int = Field(200_000, gt=0)  # pages waiting; past it 503 with Retry-After
    min_free_disk_mb: int = Field(512, ge=0)  # in data_dir; below it 503
    durable: Literal["kill", "power"] = "kill"  # what an accepted page survives: kill -9, or loss of power too (slower)

    # work
    lease_seconds: float = Field(120, gt=0)  # a claimed page that was not finished goes back after this
    attempts: int = Field(3, ge=1)  # times a page is tried before it is dead
    resend_seconds: float = Field(600, gt=0)  # a waiting page whose message was sent this long ago is sent again
    sweep_seconds: float = Field(2, gt=0)  # between two rounds of the scheduler

    # watching quality
    webhook: str | None = Field(None, pattern=r"^https?://[^\s]+$", repr=False)  # alarms are sent there; None tells nobody
    webhook_secret: str | None = Field(None, min_length=1, repr=False)  # signs what is sent
    review_rate: float = Field(0.01, ge=0, le=1)  # share of the most interesting documents that people are asked about
    golden_floor: float = Field(0.85, ge=0, le=1)  # mean F1 of the golden set below which there is an alarm
    second_opinions: bool = True  # one page in a hundred is read by trafilatura too, where that is installed

    # how long things are kept; None is for ever
    retention_bodies_days: int | None = Field(None, ge=0)  # raw pages: without one a page cannot be cleaned again
    retention_revisions_days: int | None = Field(None, ge=0)  # revisions that are not a page's current one
    retention_events_days: int | None = Field(90, ge=0)
    retention_host_hours_days: int = Field(14, ge=1)  # host roll-ups by the hour; by the day they stay

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("proxy_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if ipaddress.ip_network(one).prefixlen == 0:
                raise ValueError(f"{one} is everybody; name the proxies")
        return value

    @classmethod
    def load(cls, **given: Any) -> "Settings":
        """Read the settings; `given` goes before environment and file.

        Raises:
            BadSettings: a value is not what it should be.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
            raise BadSettings("; ".join(problems)) from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        named = os.environ.get(FILE_VARIABLE)
        if named and not Path(named).exists():
            raise BadSettings(f"{FILE_VARIABLE}: there is no file {named}.")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(named or "dehusk.toml"))

    @property
    def embedded_broker(self) -> bool:
        """No Redis was named, so `dehusk up` runs one."""
        return self.redis_url is None

    @property
    def database(self) -> str:
        """The SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'dehusk.sqlite3'}"

    @property
    def blobs(self) -> str:
        """The fsspec URL of the folder of raw pages."""
        return self.blob_url or (self.data_dir / "blobs").as_uri()

    @property
    def broker(self) -> str:
        """The Redis URL, as redis-py reads it. (`worker/queue/urls.py` makes Celery's of it.)"""
        return self.redis_url or f"unix://{quote(str(self.broker_socket))}"

    @property
    def broker_socket(self) -> Path:
        """Where the embedded broker listens: in the data folder, or in a short place where that path is too long."""
        near = self.data_dir / "broker" / "valkey.sock"
        if len(os.fsencode(near)) <= LONGEST_SOCKET:
            return near
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"dehusk-{os.getuid()}-{name}" / "valkey.sock"

    def environment(self) -> dict[str, str]:
        """These settings as variables, for a child process that reads them with `load`."""
        found = self.model_dump(mode="json", exclude_none=True)
        out = {f"{PREFIX}{name.upper()}": _written(value) for name, value in found.items()}
        return {**out, FILE_VARIABLE: os.devnull}


def unknown_variables() -> list[str]:
    """Variables that look like settings and are none: most likely misspelt."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {FILE_VARIABLE, *OF_THE_CLIENT}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
