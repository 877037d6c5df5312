from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from hub import access, events
from hub.enums import AppealState, ReportKind, ReportState
from hub.models import Report, User
from hub.moderation.registry import Thing, kind_of, people

#: Reports of visitors that one hub takes in an hour; whoever signs in can always report.
VISITORS_AN_HOUR = 30


class TooMany(Exception):
    """Visitors have reported so much lately that one must sign in."""


class Decided(Exception):
    """Somebody else was quicker."""


@transaction.atomic
def report(*, by: User | None, subject: str, thing: Thing, kind: str, why: str) -> Report:
    """One open report a person and thing; a second one is the first, in the newer words.

    Raises `TooMany` for visitors.
    """
    if by is None and _of_visitors() >= VISITORS_AN_HOUR:
        raise TooMany
    moderators = sorted({*thing.moderators, access.ADMIN})
    readers = {*moderators, access.key("user", by.pk)} if by else set(moderators)
    known = None
    if by is not None:
        earlier = Report.objects.select_for_update().filter(subject=subject, reported_by=by)
        known = earlier.filter(state=ReportState.OPEN).first()
    if known is not None:
        known.kind, known.why = kind, why
        known.save(update_fields=["kind", "why"])
        return known
    made = Report.objects.create(
        subject=subject,
        title=thing.title[:250],
        text=thing.text[:1000],
        url=thing.url,
        authors=sorted(set(thing.authors)),
        moderators=moderators,
        readers=sorted(readers),
        kind=kind,
        why=why,
        reported_by=by,
    )
    _tell("report.made", made, by=by, told=people(moderators))
    return made


def _of_visitors() -> int:
    lately = timezone.now() - timedelta(hours=1)
    return Report.objects.filter(reported_by=None, reported_at__gt=lately).count()


@transaction.atomic
def decide(*, by: User, report: Report, upheld: bool, reason: str) -> None:
    """On this report and on every other open one about the same thing. Raises `Decided`."""
    same = Report.objects.select_for_update().filter(subject=report.subject, state=ReportState.OPEN)
    found = list(same.order_by("pk"))
    if report.pk not in {one.pk for one in found}:
        raise Decided
    for one in found:
        one.state = ReportState.UPHELD if upheld else ReportState.DISMISSED
        one.reason, one.decided_by, one.decided_at = reason, by, timezone.now()
        if upheld and one.pk == report.pk:
            authors = {access.key("user", pk) for pk in one.authors}
            one.readers = sorted({*one.readers, *authors})
        one.save()
        _tell("report.decided", one, by=by, told=[one.reported_by_id], text=reason)
    if upheld:
        kind, pk = kind_of(report.subject)
        kind.take_down(by=by, pk=pk, reason=reason)
        report.refresh_from_db()
        _tell("report.upheld", report, by=by, told=report.authors, text=reason)


@transaction.atomic
def take_down(*, by: User, subject: str, thing: Thing, reason: str) -> Report:
    """Without waiting for a report: its author is told in the same way, and may appeal."""
    own = report(by=by, subject=subject, thing=thing, kind=ReportKind.OTHER, why=reason)
    decide(by=by, report=own, upheld=True, reason=reason)
    own.refresh_from_db()
    return own


@transaction.atomic
def appeal(*, by: User, report: Report, words: str) -> None:
    """Raises `Decided` where it has been appealed already."""
    locked = Report.objects.select_for_update().get(pk=report.pk)
    if locked.appeal_state or not locked.is_taken_down:
        raise Decided
    locked.appeal_state, locked.appeal = AppealState.OPEN, words
    locked.appealed_by, locked.appealed_at = by, timezone.now()
    locked.save()
    _tell("report.appealed", locked, by=by, told=people(locked.moderators))


@transaction.atomic
def decide_appeal(*, by: User, report: Report, brings_back: bool, reason: str) -> None:
    """Raises `Decided` where somebody else was quicker."""
    locked = Report.objects.select_for_update().get(pk=report.pk)
    if not locked.is_appealed:
        raise Decided
    locked.appeal_state = AppealState.REVERSED if brings_back else AppealState.KEPT
    locked.appeal_reason = reason
    locked.appeal_decided_by, locked.appeal_decided_at = by, timezone.now()
    locked.save()
    if brings_back:
        kind, pk = kind_of(locked.subject)
        kind.bring_back(by=by, pk=pk)
    told = [*locked.authors, locked.reported_by_id]
    _tell("report.appeal-decided", locked, by=by, told=told, text=reason)


def _tell(
    verb: str, report: Report, *, by: User | None, told: Iterable[int | None], text: str = ""
) -> None:
    """Only to those who may read the report."""
    events.record(
        verb=verb,
        by=by,
        title=report.title,
        text=text or report.appeal or report.why,
        url=report.get_absolute_url(),
        audience=report.readers,
        subjects=[report.key],
        direct=[pk for pk in told if pk is not None],
    )
