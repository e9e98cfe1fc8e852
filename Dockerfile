# The shop in a container: nobody's user, a file system that can be read only, and one volume, /data, for INSTANCE.
FROM python:3.11-slim AS installed
COPY requirements.lock ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin shop && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=installed /opt/venv /opt/venv
COPY webapp /app/webapp
COPY templates /app/templates
COPY static /app/static
COPY seed_data /app/seed_data
RUN /opt/venv/bin/python -m compileall -q /app/webapp
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app/webapp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 INSTANCE=/data HOST=0.0.0.0 PORT=8000
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "halftone", "serve"]
