"""gunicorn's settings, the same for `make run` and for production."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Loaded once and shared: saves memory and start-up time of every further worker.
preload_app = True
timeout = 60
graceful_timeout = 15
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
