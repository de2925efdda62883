"""Forms that change something: read with a limit, proven to be ours, sent by somebody who may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from dashboard.auth import Caller, Gate, Scope
from dashboard.cookies import check_code
from dashboard.errors import BadRequest
from dashboard.pages.viewer import viewer
from dashboard.reading.source import Incoming

LONGEST = 8192  # bytes of a form without long texts
MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """A form, and who sent it."""

    caller: Caller
    fields: dict[str, str]

    def get(self, name: str, default: str = "") -> str:
        return self.fields.get(name, default)


def sent(scope: Scope, longest: int = LONGEST) -> Callable[[Request], Awaitable[Sent]]:
    """A dependency of what forms are sent to. The field `csrf` proves that the form is ours; then the cookie may do it.

    Raises:
        NotOurForm: another site sent it, or it is too old.
    """
    check = viewer(scope)

    async def read(request: Request) -> Sent:
        fields = await form_of(request, longest)
        gate: Gate = request.app.state.service.gate
        check_code(request, gate.proxies, fields.pop("csrf", ""))
        request.state.form_is_ours = True
        return Sent(await run_in_threadpool(check, request), fields)

    return read


async def form_of(request: Request, longest: int = LONGEST) -> dict[str, str]:
    """The fields of a form, the first of each name."""
    incoming = Incoming(request, longest)
    incoming.declared()
    body = bytearray()
    while piece := await incoming.piece():
        body += piece
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise BadRequest("The form has too many fields.") from error
    return {name: values[0] for name, values in fields.items()}
