# The production image: web, worker and beat are the same image with another command.
FROM python:3.13-slim-bookworm AS packages
WORKDIR /srv/hub
# --build-arg LOCK=requirements-s3.lock adds what S3-compatible storage needs.
ARG LOCK=requirements.lock
COPY requirements*.lock .
RUN python -m venv /srv/venv && /srv/venv/bin/pip install --no-cache-dir --require-hashes -r "$LOCK"

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/hub --shell /usr/sbin/nologin hub \
    && install -d -o hub -g hub /srv/hub /srv/hub/var /srv/static /srv/served
WORKDIR /srv/hub
COPY --from=packages /srv/venv /srv/venv
COPY --chown=hub:hub . .
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=hub.settings \
    VAR_DIR=/srv/hub/var STATIC_ROOT=/srv/static LOG_FORMAT=json
USER hub
# Texts and static files belong to the version of the code, so they are made with the image.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@/build REDIS_URL=redis://build \
    python manage.py prepare --without-database
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "hub/gunicorn_conf.py", "--bind", "0.0.0.0:8000", "--access-logfile", "-", "hub.wsgi"]
