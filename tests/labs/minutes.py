"""Short ways to the minutes that tests stand on."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from hub.editing import Written
from hub.models import User
from labs import actions
from labs.actions import Wanted
from labs.models import Lab, Minutes, Outcome


def over(lab: Lab, days: int = 20) -> Lab:
    """The Lab as if it had been that many days ago."""
    end = timezone.now() - timedelta(days=days)
    Lab.objects.filter(pk=lab.pk).update(starts_at=end - timedelta(hours=3), ends_at=end)
    lab.refresh_from_db()
    return lab


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def begun(make_lab: Callable[..., Any], days: int = 20, **changes: Any) -> Minutes:
    """Minutes just begun, of a Lab that is over; everybody of its programme is in the audience."""
    lab = over(make_lab(**{"audience": "cities"} | changes), days)
    return actions.begin_minutes(by=lab.created_by, lab=lab)


def owe(minutes: Minutes, text: str, owner: User | None, city: Any = None, days: int = 30) -> Any:
    wanted = Wanted("follow-up", text, owner, city, in_days(days))
    made = actions.add_outcome(by=minutes.begun_by, minutes=minutes, wanted=wanted)
    return Outcome.objects.with_frame().get(pk=made.pk)


def held(make_lab: Callable[..., Any], **changes: Any) -> Minutes:
    """Published minutes: notes at every point, a decision, a follow-up of the coordinator's."""
    minutes = begun(make_lab, **changes)
    carol = minutes.begun_by
    texts = [Written(str(p.pk), f"Said at {p.title}", 1, True) for p in minutes.points.all()]
    actions.write_minutes(by=carol, minutes=minutes, texts=texts)
    actions.add_outcome(by=carol, minutes=minutes, wanted=Wanted("decision", "One tariff for all"))
    owe(minutes, "Ask the heat company", carol)
    return actions.publish_minutes(by=carol, minutes=minutes)
