"""Signing in with a token, and out again."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.cookies import check_code, end_session, same_site, set_session
from dashboard.errors import NotOurForm
from dashboard.pages.forms import form_of
from dashboard.pages.render import page
from dashboard.pages.viewer import inward
from dashboard.service import Here

router = APIRouter(include_in_schema=False)
log = structlog.get_logger(__name__)


@router.get("/signin")
def signin_page(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    return page(request, "signin.html", next=inward(next), wrong=False)


@router.post("/signin")
async def signin(request: Request, here: Here) -> Response:
    form = await form_of(request)
    if not same_site(request, here.gate.proxies):
        raise NotOurForm
    address = here.gate.proxies.address(request)
    here.sign_ins.check(address)
    secret = form.get("token", "").strip()
    caller = await run_in_threadpool(here.gate.caller, secret) if secret else None
    if caller is None:
        here.sign_ins.wrong(address)
        log.warning("sign_in_refused", address=address)
        return page(request, "signin.html", 401, next=inward(form.get("next", "/")), wrong=True)
    log.info("signed_in", name=caller.name, address=address)
    response = RedirectResponse(inward(form.get("next", "/")), 303)
    set_session(request, response, here.gate.proxies, secret)
    return response


@router.post("/signout")
async def signout(request: Request, here: Here) -> Response:
    check_code(request, here.gate.proxies, (await form_of(request)).get("csrf", ""))
    response = RedirectResponse("/signin", 303)
    end_session(request, response, here.gate.proxies)
    return response
