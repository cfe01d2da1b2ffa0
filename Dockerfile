# One exact release of the base. Where images can be pulled, add its digest (docs/operations/container.md).
ARG PYTHON=docker.io/library/python:3.11.16-slim-bookworm

FROM ${PYTHON} AS build
# requirements-html.txt adds the reading of web pages, requirements-tracing.txt OpenTelemetry; both may stand here.
ARG REQUIREMENTS=requirements.txt
COPY requirements*.txt /locks/
# Wheels only: nothing is compiled, and no build tool is fetched, which the lock would not cover.
RUN python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install --no-cache-dir --only-binary :all: --require-hashes \
        $(printf -- '-r /locks/%s ' ${REQUIREMENTS})
WORKDIR /app
COPY schemas schemas
COPY service service
COPY seeds seeds
RUN python -m compileall -q --invalidation-mode unchecked-hash schemas service

FROM ${PYTHON}
LABEL org.opencontainers.image.title="quote-attribution-service" \
      org.opencontainers.image.description="Finds who said what in a news article" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
# /dev/shm is memory that can be written to even where the root file system cannot.
ENV HOST=0.0.0.0 PORT=8000 TMPDIR=/dev/shm PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH
# A number, so that an orchestrator can tell that it is not root.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/readyz', timeout=2)"]
CMD ["python", "-m", "service", "serve"]
