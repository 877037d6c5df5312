"""Labs can be reported for what is written about them: who decides, and what closing means."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hub import access, moderation
from hub.models import User
from labs.actions import notices
from labs.enums import LabState
from labs.models import Lab

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hub.access import Reader


def register() -> None:
    moderation.register(
        "lab", moderation.Reportable(_("A Lab or an exchange"), _lab, take_down, bring_back)
    )


def _lab(reader: "Reader", pk: int) -> moderation.Thing | None:
    seen = Lab.objects.visible_to(reader).filter(removed_at=None)
    lab = seen.exclude(state=LabState.DRAFT).filter(pk=pk).first()
    if lab is None:
        return None
    return moderation.Thing(
        title=lab.title,
        text=lab.summary,
        url=lab.get_absolute_url(),
        authors={lab.created_by_id, lab.published_by_id or lab.created_by_id},
        moderators=[access.key("programme", lab.programme_id, "coordinator"), access.ADMIN],
    )


@transaction.atomic
def take_down(*, by: User, pk: int, reason: str) -> None:
    """Closed from view, and held all the same: whoever has a place still finds the way."""
    lab = Lab.objects.locked().get(pk=pk)
    if lab.removed_at is None:
        lab.take_down(by=by, reason=reason)
        notices.push(lab)


@transaction.atomic
def bring_back(*, by: User, pk: int) -> None:
    lab = Lab.objects.locked().get(pk=pk)
    lab.bring_back()
    notices.push(lab)


def bring_back_what_was_taken_down_by(people: "QuerySet[User]") -> None:
    """The sample hub goes, and what its people decided with it."""
    for lab in Lab.objects.filter(removed_by__in=people):
        bring_back(by=lab.created_by, pk=lab.pk)
