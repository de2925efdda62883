"""The application: what is served where."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.staticfiles import StaticFiles

from dashboard import errors, judging
from dashboard.api import alarms, audit, clean, documents, figures, health, intake
from dashboard.headers import Headers
from dashboard.pages import alarms as alarm_pages
from dashboard.pages import audit as changes
from dashboard.pages import routes, signing
from dashboard.pages.failures import failure_page, to_sign_in
from dashboard.pages.render import STATIC
from dashboard.pages.viewer import ToSignIn
from dashboard.reading.body import limiter
from dashboard.service import Service
from dashboard.traffic import Meter, Traffic
from worker.intake import PageRow
from worker.settings import Settings

ROUTERS = (
    *(intake.router, clean.router, documents.router, figures.router, audit.router, alarms.router, health.router),
    *(routes.router, changes.router, alarm_pages.router, signing.router),
    *judging.ROUTERS,
)


def create_app(settings: Settings) -> FastAPI:
    """The web process. It opens the store when it starts and closes it when it ends."""
    traffic = Traffic()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        service = await to_thread.run_sync(Service.open, settings, traffic)
        app.state.service = service
        app.state.readers = limiter()
        try:
            yield
        finally:
            await to_thread.run_sync(service.close)

    # no interactive pages: they would load scripts from elsewhere
    app = FastAPI(title="Dehusk", version=_version(), lifespan=life, docs_url=None, redoc_url=None)
    errors.install(app, failure_page)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.exception_handler(ToSignIn)(to_sign_in)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]

    app.add_middleware(Headers)
    app.add_middleware(Meter, traffic=traffic)
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """The API's description, with the request bodies that are read by hand."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, routes=app.routes, summary="Raw pages in, clean text out."
        )
        parts = schema["components"]["schemas"]
        for model in (PageRow, intake.TakenRow):
            form = model.model_json_schema(ref_template="#/components/schemas/{model}")
            parts.update(form.pop("$defs", {}))
            parts[model.__name__] = form
        for operation in (one for path in schema["paths"].values() for one in path.values() if "security" in one):
            failure = operation["responses"]["403"]
            operation["responses"].setdefault("429", {**failure, "description": "Too Many Requests"})
            if "requestBody" in operation:
                operation["responses"].setdefault("400", {**failure, "description": "Bad Request"})
        app.openapi_schema = schema
    return app.openapi_schema


def _version() -> str:
    try:
        return version("dehusk")
    except PackageNotFoundError:
        return "0"
