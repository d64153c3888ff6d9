# One image for web, worker and beat; docker-compose.yml says which is which.
FROM python:3.13-slim AS build
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /bin/uv
WORKDIR /app
COPY requirements.lock .
# Compiled here: who runs this cannot write beside the packages, so each process would do it anew.
RUN uv venv /venv \
    && uv pip install --compile-bytecode --python /venv/bin/python --require-hashes -r requirements.lock
COPY . .
# Collecting reads the settings, which want secrets; these are used for nothing and kept nowhere.
RUN /venv/bin/python -m config.catalogues \
    && /venv/bin/python -m config.desk.secrets /build.env \
    && ENV_FILE=/build.env DEBUG=false DATA_DIR=/build STATIC_ROOT=/app/static-root \
       /venv/bin/python manage.py collectstatic --no-input \
    && rm /build.env

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /var/lib/raseed raseed
COPY --from=build /venv /venv
COPY --from=build --chown=root:root /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/var/lib/raseed STATIC_ROOT=/app/static-root
USER raseed
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--respawn-failed-workers", "--blocking-threads", "4", "--no-ws", "config.wsgi:application"]
