"""The letter of a decision, with the words that the coordinator read through."""

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, override

from cities.twinning.decisions.actions import KIND
from cities.twinning.enums import ApplicationState
from cities.twinning.models import Application, Decision
from hub import delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import drawn
from hub.models import Delivery

GONE = gettext_lazy("The application is no longer there.")
WITHDRAWN = gettext_lazy("The city has withdrawn its application.")


def register() -> None:
    delivery.register(
        KIND,
        label=gettext_lazy("Decision on your city's application"),
        compose=decision,
        is_essential=True,
    )


def decision(row: Delivery) -> Letter | Skip:
    pk = int(row.event.removeprefix("application:"))
    it = Application.objects.select_related("city", "call").filter(pk=pk).first()
    if it is None:
        return Skip(GONE)
    if it.state == ApplicationState.WITHDRAWN:
        return Skip(WITHDRAWN)
    context = {
        "heading": row.facts["subject"],
        "body": row.facts["body"],
        "application": it,
        # A contact without an account has no page to go to.
        "action_url": settings.BASE_URL + it.get_absolute_url() if row.user_id else "",
    }
    with override(_language(row, it)):
        return drawn(row, "twinning/mail/decision", row.facts["subject"], context)


def _language(row: Delivery, it: Application) -> str:
    """A contact without an account has none: the frame speaks as who wrote the letter does."""
    told = Decision.objects.filter(application=it, told_by__isnull=False).select_related("told_by")
    decision = told.first() if row.user_id is None else None
    if decision is None or decision.told_by is None:
        return get_language() or settings.LANGUAGE_CODE
    return decision.told_by.language
