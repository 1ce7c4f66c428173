# The service's own image. `scripts/image` collects the wheels first, so the build itself needs no network.
FROM python:3.11-slim-bookworm AS build
COPY dist/wheelhouse /wheelhouse
RUN python3.11 -m venv /opt/assay \
    && /opt/assay/bin/python -m pip install --no-cache-dir --no-index --find-links /wheelhouse assay \
    && /opt/assay/bin/python -m compileall -q /opt/assay

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/assay assay
COPY --from=build /opt/assay /opt/assay
COPY docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/opt/assay/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ASSAY_HOST=0.0.0.0 \
    ASSAY_PORT=8000 \
    ASSAY_SANDBOX_BACKEND=docker \
    ASSAY_DATABASE_URL=sqlite+aiosqlite:////var/lib/assay/assay.db
USER assay
WORKDIR /var/lib/assay
VOLUME /var/lib/assay
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python3", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['ASSAY_PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["serve"]
