# syntax=docker/dockerfile:1
FROM python:3.11-slim AS packages
COPY requirements.txt /
RUN python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install --no-cache-dir --require-hashes -r /requirements.txt

FROM python:3.11-slim
RUN useradd --system --no-create-home --uid 10001 quotes
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY schemas schemas
COPY service service
RUN /opt/venv/bin/python -m compileall -q schemas service
ENV HOST=0.0.0.0 PORT=8000 PATH=/opt/venv/bin:$PATH
USER quotes
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/readyz', timeout=2)"]
CMD ["python", "-m", "service", "serve"]
