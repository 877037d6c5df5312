"""Screening: passed, not eligible, or more information, which opens what is named again."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.twinning.applications import news
from cities.twinning.enums import ApplicationState, Screening
from cities.twinning.models import Application, ScreeningVerdict
from hub.models import User
from hub.refusals import Refused


@transaction.atomic
def screen(
    *,
    application: Application,
    verdict: Screening,
    reason: str,
    by: User,
    reopened: Sequence[str] = (),
    until: dt.datetime | None = None,
) -> Application:
    """The city is told, with the reason; the last verdict counts, and all of them stay."""
    rows = Application.objects.locked().select_related("call__programme", "city")
    application = rows.get(pk=application.pk)
    if application.state != ApplicationState.SUBMITTED:
        raise Refused(_("Only an application that was sent in is screened."))
    is_more = verdict == Screening.MORE
    if is_more and (until is None or until <= timezone.now()):
        raise Refused(_("Choose a day to come."), "until")
    application.screening, application.screening_reason = verdict, reason
    application.screened_at, application.screened_by = timezone.now(), by
    application.reopened = list(reopened) if is_more else []
    application.reopened_until = until if is_more else None
    application.save()
    ScreeningVerdict.objects.create(
        application=application,
        verdict=verdict,
        reason=reason,
        reopened=application.reopened,
        reopened_until=application.reopened_until,
        given_at=application.screened_at,
        given_by=by,
    )
    news.tell(f"application.screened-{verdict}", application, by=by, text=reason, to_city=True)
    return application
