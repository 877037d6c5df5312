"""A person's own Labs, as the calendar behind their secret address shows them."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from hub.models import User
from labs.enums import LabState, RegistrationState
from labs.models import CalendarAddress, Lab, Registration
from labs.permissions import is_host

#: How long a Lab stays in a calendar that one subscribes to.
KEPT = timedelta(days=400)


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


def url_of(address: CalendarAddress) -> str:
    return str(settings.BASE_URL) + reverse("lab-private-feed", args=[address.token])


def reader_of(token: str) -> User | None:
    """Whose calendar a token opens, with all keys; None where it opens nothing."""
    found = CalendarAddress.objects.of_token(token).values("user")
    reader: User | None = User.objects.with_keys().filter(pk__in=found, is_active=True).first()
    return reader


def labs_of(user: User) -> list[OwnLab]:
    """What the person takes part in, and what waits for an answer; one query.

    Only Labs that the person may see now: a registration outlives a membership.
    """
    own = Registration.objects.filter(lab=OuterRef("pk"), user=user)
    coming = Q(ends_at__gt=timezone.now())
    asked = Q(pk__in=Lab.objects.inviting(user).values("pk")) & coming
    hopes = (RegistrationState.WAITING, RegistrationState.PENDING, RegistrationState.OFFERED)
    hoped = Q(answer__in=hopes)
    answered = Q(answer=RegistrationState.SEATED) | (hoped & coming)
    labs = (
        Lab.objects.visible_to(user)
        .exclude(state=LabState.DRAFT)
        .filter(ends_at__gt=timezone.now() - KEPT)
        .annotate(answer=Subquery(own.values("state")), mode=Subquery(own.values("mode")))
        .filter(answered | (~Exists(own) & asked))
        .order_by("starts_at", "pk")
        .with_frame()
    )
    return [
        OwnLab(
            lab,
            getattr(lab, "answer", None) or "",
            getattr(lab, "mode", None) or "",
            is_host(user, lab),
        )
        for lab in labs
    ]
