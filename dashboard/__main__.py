"""The web process: python -m dashboard"""

import sys

import structlog
import uvicorn

from dashboard.app import create_app
from dashboard.proxies import is_loopback
from worker import logs
from worker.settings import BadSettings, Settings
from worker.store.store import Store

log = structlog.get_logger("dashboard")

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 10  # in which open requests may end
KEEP_ALIVE = 75  # seconds an idle connection of a crawler is held


def main() -> int:
    try:
        settings = Settings.load()
    except BadSettings as error:
        print(error, file=sys.stderr)
        return 2
    logs.configure(settings.log_level, "web")
    uvicorn.run(
        create_app(settings),
        host=address(settings),
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return 0


def address(settings: Settings) -> str:
    """Where to listen: elsewhere than on loopback only once there is a token, or a proxy that signs people in."""
    if is_loopback(settings.host) or settings.proxy_networks:
        return settings.host
    store = Store.open(settings)
    try:
        guarded = any(token.revoked_at is None for token in store.tokens())
    finally:
        store.close()
    if guarded:
        return settings.host
    log.warning("no_token_so_loopback_only", wanted=settings.host, do="dehusk token create NAME --scope submit")
    return LOOPBACK


if __name__ == "__main__":
    sys.exit(main())
