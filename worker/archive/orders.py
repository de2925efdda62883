"""What a run was asked to do, as a file in its folder: other machines read it there, a message names the folder alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from cleaners.profile import Limits, Profile, Reason
from worker.archive.errors import BadFile, NotARun
from worker.archive.nouns import Input
from worker.archive.place import Place
from worker.archive.readers.base import Cut
from worker.archive.settings import Fields, Filters, Settings

ORDERS = "_dehusk/orders.json"
CANCELLED = "_dehusk/cancelled"


def write_orders(place: Place, settings: Settings, inputs: list[Input]) -> None:
    """Leave the orders in the folder of the run."""
    form = {
        "settings": {**settings.describe(), "host_memory": settings.host_memory, "profile": profile_form(settings.profile)},
        "digest": settings.digest,
        "cleaner_version": settings.version,
        "inputs": [asdict(input) for input in inputs],
    }
    place.write(ORDERS, json.dumps(form, ensure_ascii=False).encode("utf-8", "surrogateescape"))


def read_orders(place: Place) -> tuple[Settings, list[Input]]:
    """Settings and inputs of a run.

    Raises:
        NotARun: nothing was ordered here.
        BadFile: this program would clean otherwise than the one that was asked.
    """
    try:
        form = json.loads(place.read(ORDERS).decode("utf-8", "surrogateescape"))
    except FileNotFoundError as error:
        raise NotARun(f"({place.address})") from error
    filters: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in form["settings"]["filters"].items()}
    known = {field.name for field in fields(Settings)}
    told = {name: value for name, value in form["settings"].items() if name in known}
    told.update(
        profile=profile_of(told["profile"]),
        fields=Fields(**told["fields"]),
        filters=Filters(**filters),
        cut=Cut(**told["cut"]),
        select=tuple(told["select"]),
    )
    settings = Settings(**told)
    if (settings.digest, settings.version) != (form["digest"], form["cleaner_version"]):
        raise BadFile(f"The run was ordered for cleaner {form['cleaner_version']}, this is {settings.version}.")
    inputs = [Input(**{**one, "members": tuple((name, size) for name, size in one["members"])}) for one in form["inputs"]]
    return settings, inputs


def profile_form(profile: Profile) -> dict[str, Any]:
    """A profile as JSON has it."""
    form = {field.name: getattr(profile, field.name) for field in fields(Profile)}
    form["reasons"] = {name: asdict(reason) for name, reason in profile.reasons.items()}
    form["hosts"] = {host: dict(choices) for host, choices in profile.hosts.items()}
    form["limits"] = asdict(profile.limits)
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in form.items()}


def profile_of(form: Mapping[str, Any]) -> Profile:
    """The profile that a form was made from."""
    told = dict(form)
    told["reasons"] = {name: Reason(**reason) for name, reason in told["reasons"].items()}
    told["limits"] = Limits(**told["limits"])
    told["extra_phrases"] = tuple((rule, phrase) for rule, phrase in told["extra_phrases"])
    told["spam_terms"] = tuple(told["spam_terms"])
    for name in ("allow_phrases", "spam_allow", "allow_hosts"):
        told[name] = frozenset(told[name])
    return Profile(**told)
