"""What `/readyz` and the desk say about the parts the hub stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from hub.delivery import health as deliveries

State = Literal["ok", "degraded", "down"]

LATE_MAIL = timedelta(minutes=5)
#: Beat ticks every 30 seconds; several in a row have to be missing.
SILENT_BEAT = timedelta(minutes=3)


@dataclass(frozen=True)
class Check:
    name: str
    state: State
    says: str


def checks() -> list[Check]:
    """Each part with its state; what needs the database is left out when that is down."""
    database = _database()
    found = [database, _cache(), _broker()]
    if database.state == "ok":
        found += [_migrations(), _deliveries(), _beat()]
    return found


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Check("database", "down", "does not answer")
    return Check("database", "ok", "answers")


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Check("migrations", "down", f"{len(waiting)} not applied")
    return Check("migrations", "ok", "all applied")


def _cache() -> Check:
    return _answers("cache", lambda: cache.get("health"))


def _broker() -> Check:
    from hub.celery import app

    def ask() -> None:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)

    return _answers("broker", ask)


def _answers(name: str, ask: Callable[[], object]) -> Check:
    # Both are Valkey: without it pages are served, mails and reminders wait.
    try:
        ask()
    except (RedisError, BrokerError, OSError):
        return Check(name, "degraded", "does not answer")
    return Check(name, "ok", "answers")


def _deliveries() -> Check:
    waited = deliveries.oldest_overdue()
    if waited > LATE_MAIL:
        minutes = int(waited.total_seconds() // 60)
        return Check("deliveries", "degraded", f"the oldest message has waited {minutes} minutes")
    return Check("deliveries", "ok", "nothing is late")


def _beat() -> Check:
    ticked_at = deliveries.last_tick()
    if ticked_at is None:
        return Check("beat", "degraded", "has not ticked yet")
    silent = timezone.now() - ticked_at
    if silent > SILENT_BEAT:
        return Check("beat", "degraded", f"silent for {int(silent.total_seconds())} seconds")
    return Check("beat", "ok", "ticks")
