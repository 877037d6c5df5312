from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.test import Client
from django.utils import timezone

from cities.twinning.actions import form_group
from cities.twinning.models import TwinGroup
from hub.models import Delivery, User
from labs import actions
from labs.models import Lab
from labs.plans import Plan, Point
from tests.conftest import Cast

STOCKHOLM = "Europe/Stockholm"


def at(days: int, hour: int = 13, zone: str = STOCKHOLM) -> datetime:
    """So many days from now, at that hour on the zone's clocks; UTC."""
    day = timezone.localdate() + timedelta(days=days)
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def a_plan(**changes: Any) -> Plan:
    facts: dict[str, Any] = {
        "title": "District heating",
        "starts_at": at(100),
        "ends_at": at(100, 16),
        "time_zone": STOCKHOLM,
        "audience": "transition-team",
        "seats_onsite": 20,
        "seats_online": 30,
        "summary": "Where waste heat comes from.\n\nAnd where it goes.",
        "language": "en",
        "place": "Stadshuset",
        "address": "Kyrkogatan 11, Lund",
        "join_link": "https://meet.example.org/syd",
        "agenda": (Point("Welcome", 20, "Carol"), Point("Pipes", 60, "", "Bring maps")),
    }
    return Plan(**(facts | changes))


@pytest.fixture
def make_lab(cast: Cast) -> Callable[..., Lab]:
    """A Lab of Learning Hub Syd; published unless `state="draft"`."""

    def make(state: str = "published", **changes: Any) -> Lab:
        lab = actions.draft(by=cast.carol, programme=cast.syd, plan=a_plan(**changes))
        return lab if state == "draft" else actions.publish(by=cast.carol, lab=lab)

    return make


@pytest.fixture
def lab(make_lab: Callable[..., Lab]) -> Lab:
    return make_lab()


@pytest.fixture
def group(cast: Cast) -> TwinGroup:
    period = (date(2024, 9, 1), None)
    return form_group(
        programme=cast.twinning, pilots=[cast.leuven], twins=[cast.lund], period=period
    )


@pytest.fixture
def make_exchange(cast: Cast, group: TwinGroup) -> Callable[..., Lab]:
    def make(state: str = "published", **changes: Any) -> Lab:
        facts = {"kind": "workshop", "audience": "group", "group": group} | changes
        lab = actions.draft(by=cast.alice, programme=cast.twinning, plan=a_plan(**facts))
        return lab if state == "draft" else actions.publish(by=cast.alice, lab=lab)

    return make


@pytest.fixture
def make_people(cast: Cast) -> Callable[[int], list[User]]:
    """People of the transition team."""
    from cities.enums import Role
    from cities.models import Membership

    def make(count: int) -> list[User]:
        users = User.objects.bulk_create(
            User(email=f"team{n}@example.org", name=f"Team {n:03}", language="en", password="!")
            for n in range(count)
        )
        Membership.objects.bulk_create(
            Membership(user=user, programme=cast.syd, role=Role.TRANSITION_TEAM) for user in users
        )
        Membership.objects.bulk_create(
            Membership(user=user, city=cast.lund, role=Role.STAFF) for user in users
        )
        return users

    return make


def mark_sent(rows: QuerySet[Delivery]) -> None:
    """As if the worker had sent these."""
    message_id = Concat(Value("<"), "pk", Value("@hub>"), output_field=TextField())
    rows.update(state="sent", settled_at=timezone.now(), message_id=message_id)


def post(client: Client, url: str, data: dict[str, Any] | None = None, key: str = "") -> Any:
    """A form as the browser sends it, with the key that makes it act once."""
    return client.post(url, {"_key": key or uuid4().hex, **(data or {})})


def form_data(**changes: Any) -> dict[str, Any]:
    """The form of a new Lab, filled in rightly; None leaves a field out."""
    day = timezone.localdate() + timedelta(days=100)
    data = {
        "title": "Heat pumps for all",
        "date": day.isoformat(),
        "begins": "13:00",
        "ends": "16:00",
        "time_zone": STOCKHOLM,
        "seats_onsite": "25",
        "seats_online": "15",
        "place": "Stadshuset",
        "audience": "transition-team",
        "language": "en",
        "remind": ["7", "1"],
        "agenda-TOTAL_FORMS": "3",
        "agenda-INITIAL_FORMS": "0",
        "agenda-0-title": "Welcome",
        "agenda-0-minutes": "20",
        "agenda-1-title": "Pipes",
        "agenda-1-minutes": "60",
        "agenda-1-presenter": "Rita",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}
