from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client, override_settings
from django.utils import timezone

from hub import health
from hub.delivery import health as deliveries
from hub.models import Delivery, Tick, User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]


@pytest.fixture
def _ticking(db: None) -> None:
    deliveries.note_tick()


def _late_row(minutes: int) -> None:
    due = timezone.now() - timedelta(minutes=minutes)
    Delivery.objects.create(
        kind="invitation", event="invitation:1", address="a@example.org", due_at=due, try_at=due
    )


def _parts(client: Client) -> dict[str, str]:
    return {name: part["state"] for name, part in client.get("/readyz").json()["parts"].items()}


def test_the_process_says_that_it_lives(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.usefixtures("_ticking")
def test_all_is_well(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["state"]) == (200, "ok")
    assert _parts(client) == dict.fromkeys(
        ["database", "cache", "broker", "migrations", "deliveries", "beat"], "ok"
    )


@pytest.mark.usefixtures("_ticking")
@pytest.mark.parametrize(("minutes", "state"), [(4, "ok"), (6, "degraded")])
def test_a_mail_that_waits_is_told(client: Client, minutes: int, state: str) -> None:
    _late_row(minutes)

    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["state"]) == (200, state)
    assert _parts(client)["deliveries"] == state


@pytest.mark.parametrize(("minutes", "state"), [(2, "ok"), (4, "degraded"), (60, "degraded")])
def test_a_silent_beat_is_told(client: Client, db: None, minutes: int, state: str) -> None:
    Tick.objects.create(name=deliveries.BEAT, at=timezone.now() - timedelta(minutes=minutes))

    assert _parts(client)["beat"] == state


@pytest.mark.usefixtures("_ticking")
def test_a_broker_that_is_gone_degrades_and_pages_are_served(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.celery import app

    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(caches["default"], "_servers", ["redis://127.0.0.1:1/0"])

    assert _parts(client)["broker"] == "degraded"


@pytest.mark.usefixtures("_ticking")
def test_migrations_that_wait_are_told(client: Client) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="hub").order_by("-pk")[:1][0].delete()

    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["state"]) == (503, "down")
    assert _parts(client)["migrations"] == "down"


@pytest.mark.django_db
def test_nothing_is_said_about_where_the_parts_are(client: Client) -> None:
    words = client.get("/readyz").content.decode()
    assert not any(secret in words for secret in ("127.0.0.1", "postgres", "redis", "password"))


def test_figures_are_for_the_admin_and_the_monitor(cast: Cast, sign_in: SignIn) -> None:
    statuses = {
        role: sign_in(person).get("/metrics").status_code for role, person in cast.by_role().items()
    }
    assert statuses == dict.fromkeys(cast.by_role(), 403) | {"admin": 200}

    visitor = sign_in(None)
    with override_settings(METRICS_TOKEN="s3cret"):
        right = visitor.get("/metrics", headers={"Authorization": "Bearer s3cret"})
        wrong = visitor.get("/metrics", headers={"Authorization": "Bearer S3cret"})
    assert (right.status_code, wrong.status_code) == (200, 403)
    assert "hub_people 6.0" in right.content.decode()


def test_every_check_has_a_name_of_its_own(db: None) -> None:
    names = [check.name for check in health.checks()]
    assert len(names) == len(set(names))
