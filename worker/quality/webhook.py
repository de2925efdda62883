"""Telling of alarms by HTTP: one POST of JSON a cause, tried again, and never a secret in a log."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import structlog

from worker.quality.alarms import Group
from worker.quality.evidence import said

log = structlog.get_logger(__name__)

WAITS = (1.0, 5.0, 25.0)  # seconds until the second, third, fourth try
TIMEOUT = 5.0
HOSTS = 50  # named in one message


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A message is for the address that was set, and no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def message(group: Group) -> dict[str, Any]:
    """What is sent of a cause."""
    first = group.alarms[0]
    kinds = sorted({one.kind for one in group.alarms})
    fired = said(first.kind, first.subject, first.evidence)
    hosts = sorted({one.subject for one in group.alarms if one.subject})
    return {
        "schema": 1,
        "cause": group.cause,
        "kinds": kinds,
        "hosts": hosts[:HOSTS],
        "hosts_more": max(0, len(hosts) - HOSTS),
        "opened_at": min(one.opened_at for one in group.alarms).isoformat(),
        "evidence": dict(first.evidence),
        "what_to_do": first.what_to_do,
        "text": " ".join(filter(None, (f"Dehusk: {group.cause}: {', '.join(kinds)}.", fired, first.what_to_do))),
    }


def send(url: str, group: Group, *, secret: str = "", wait: Callable[[float], object] = time.sleep) -> bool:
    """Whether the other side took it (2xx). With a secret the body is signed: X-Dehusk-Signature, HMAC-SHA-256.

    Refusals that another try cannot change (4xx but 408 and 429) are not tried again. `wait` may return something true to
    end it early.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError("a webhook is an http or https address")
    body = json.dumps(message(group), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "dehusk"}
    if secret:
        headers["X-Dehusk-Signature"] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    for pause in (*WAITS, None):
        problem = _post(urllib.request.Request(url, data=body, headers=headers, method="POST"))
        if not problem:
            return True
        # path and query of a webhook are often its secret: the log names the host alone
        log.warning("webhook_failed", host=parts.hostname, problem=problem, cause=group.cause)
        final = problem.isdigit() and problem.startswith(("3", "4")) and problem not in ("408", "429")
        if final or pause is None or wait(pause):
            return False
    return False


def _post(request: urllib.request.Request) -> str:
    """ "" when it was taken; else the status, or what went wrong."""
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as answer:
            return "" if 200 <= answer.status < 300 else str(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return str(error.code)
    except (OSError, HTTPException) as error:
        return type(error).__name__
