# syntax=docker/dockerfile:1
# One image for all parts: dehusk web, worker, scheduler, migrate; without a command the whole service.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY cleaners cleaners
COPY worker worker
COPY dashboard dashboard
RUN python -m venv --upgrade-deps /opt/dehusk \
    && /opt/dehusk/bin/python -m pip install '.[postgres,s3,metadata]' \
    && /opt/dehusk/bin/python -m compileall -q /opt/dehusk

FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 dehusk \
    && useradd --uid 10001 --gid dehusk --home-dir /data --no-create-home --shell /usr/sbin/nologin dehusk \
    && install --directory --owner dehusk --group dehusk --mode 0700 /data
COPY --from=build /opt/dehusk /opt/dehusk
# The root file system may be read-only: everything is written to /data and /tmp.
ENV PATH=/opt/dehusk/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DEHUSK_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME ["/data", "/tmp"]
EXPOSE 8000
# Right for `web` and `up`; the other parts set their own: dehusk health worker, urgent, scheduler.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["dehusk", "health", "web"]
ENTRYPOINT ["dehusk"]
CMD ["up"]
