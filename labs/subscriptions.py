"""A person's own Labs, as the calendar behind their secret address shows them."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone

from hub.models import User
from labs.enums import LabState, Mode, RegistrationState
from labs.models import CalendarAddress, Lab, Registration
from labs.models.addresses import key_of
from labs.models.labs import LabQuerySet
from labs.permissions import hosted_by

#: How long a Lab stays in a calendar that one subscribes to.
KEPT = timedelta(days=400)
#: Stands in the compiled statement where the public half of a token goes.
ANY_KEY = "key of a token"


@dataclass(frozen=True)
class OwnLab:
    """`answer` is the state of the registration; empty for who is invited and has not answered."""

    lab: Lab
    answer: str
    mode: str
    #: It is the person's own meeting: nobody asks whether they come.
    is_host: bool = False

    @property
    def is_certain(self) -> bool:
        return self.answer == RegistrationState.SEATED

    @property
    def shows_link_in_time(self) -> bool:
        """Whether the link to join stands there, now or nearer the time."""
        is_on = self.lab.state != LabState.CANCELLED
        return self.is_certain and self.mode == Mode.ONLINE and is_on and bool(self.lab.join_link)


def url_of(address: CalendarAddress) -> str:
    return str(settings.BASE_URL) + reverse("lab-private-feed", args=[address.token])


def reader_of(token: str) -> User | None:
    """Whose calendar a token opens, with all keys; None where it opens nothing."""
    key = key_of(token)
    if not key:
        return None
    sql, params = _statement()
    wanted = [key if param == ANY_KEY else param for param in params]
    reader: User | None = next(iter(User.objects.raw(sql, wanted)), None)
    return reader


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Its SQL, made once, as of who is signed in (hub.backends): calendars ask each hour."""
    address = CalendarAddress.objects.filter(key=ANY_KEY).values("user")
    reader = User.objects.with_keys().filter(pk__in=address, is_active=True)
    sql, params = reader.query.sql_with_params()
    return sql, params


def labs_of(user: User) -> list[OwnLab]:
    """What the person takes part in, and what waits for an answer; one query."""
    return answered(rows_of(user))


def answered(rows: LabQuerySet) -> list[OwnLab]:
    """The Labs of such a query with the person's own answers."""
    return [
        OwnLab(
            lab,
            getattr(lab, "answer", None) or "",
            getattr(lab, "mode", None) or "",
            getattr(lab, "is_hosted", False),
        )
        for lab in rows
    ]


def rows_of(user: User) -> LabQuerySet:
    """As a query, each Lab with the person's own `answer` and `mode`, and `is_hosted`.

    Only Labs that the person may see now: a registration outlives a membership.
    """
    own = Registration.objects.filter(lab=OuterRef("pk"), user=user)
    coming = Q(ends_at__gt=timezone.now())
    asked = Q(pk__in=Lab.objects.inviting(user).values("pk")) & coming
    hopes = (RegistrationState.WAITING, RegistrationState.PENDING, RegistrationState.OFFERED)
    hoped = Q(answer__in=hopes)
    answered = Q(answer=RegistrationState.SEATED) | (hoped & coming)
    return (
        Lab.objects.visible_to(user)
        .exclude(state=LabState.DRAFT)
        .filter(ends_at__gt=timezone.now() - KEPT)
        .annotate(answer=Subquery(own.values("state")), mode=Subquery(own.values("mode")))
        .annotate(is_hosted=Case(When(hosted_by(user), then=True), default=False))
        .filter(answered | (~Exists(own) & asked))
        .order_by("starts_at", "pk")
        .with_frame()
    )
