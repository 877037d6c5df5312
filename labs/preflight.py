"""Before a reminder leaves: who would get it, and who not and why. Nothing is composed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hub.delivery import letters, optouts
from hub.models import Delivery, User
from labs import people, reminding
from labs.models import Lab
from labs.reminding import Occasion

# The ledger's own words for what it looks at before any mail.
CLOSED_ACCOUNT = _("The account is closed.")
OPTED_OUT = _("The receiver has unsubscribed from this kind of mail.")


@dataclass(frozen=True)
class Receiver:
    user: User
    home: str
    due_at: datetime
    #: "" for who gets it.
    why_not: Any


def label(occasion: Occasion) -> Any:
    return letters.kind(occasion.kind).label


def receivers(lab: Lab, occasion: Occasion) -> list[Receiver]:
    """Everybody invited or registered, and who conducts it, as things stand now; two queries."""
    everybody = list(people.everybody(lab, with_hosts=True).with_keys())
    rows = [Delivery(kind=occasion.kind, user_id=user.pk) for user in everybody]
    opted_out = {who for who, _kind in optouts.among(rows)}
    return [
        Receiver(
            user,
            user.home or "",
            occasion.due_for(user.time_zone),
            _why_not(lab, occasion, user, opted_out),
        )
        for user in everybody
    ]


def _why_not(lab: Lab, occasion: Occasion, user: Any, opted_out: set[int | str]) -> Any:
    if not user.is_active:
        return CLOSED_ACCOUNT
    if user.pk in opted_out:
        return OPTED_OUT
    return reminding.why_not(occasion.kind, lab, user, user.answer or "")
