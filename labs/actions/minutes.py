"""Minutes: begun from the agenda, written by several, closed once, added to afterwards."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hub.editing import Clashing, Standing, Written, judged
from hub.models import User
from labs.actions import follow_up_notices, scheduling
from labs.enums import LabState
from labs.models import Addition, Lab, Minutes, MinutesPoint
from labs.refusals import Refused

MOST_POINTS = 60


@transaction.atomic
def begin_minutes(*, by: User, lab: Lab) -> Minutes:
    lab = Lab.objects.locked().get(pk=lab.pk)
    if lab.state not in (LabState.PUBLISHED, LabState.HELD) or not lab.has_begun:
        raise Refused(_("Minutes are begun when the meeting has begun."))
    found = Minutes.objects.filter(lab=lab).first()
    if found is not None:
        return found
    minutes = Minutes.objects.create(lab=lab, begun_by=by)
    points = [(item.title, item.presenter) for item in lab.agenda.all()] or [(_whole(lab), "")]
    MinutesPoint.objects.bulk_create(
        MinutesPoint(minutes=minutes, position=n, title=title, presenter=presenter)
        for n, (title, presenter) in enumerate(points, start=1)
    )
    return minutes


@transaction.atomic
def write_minutes(
    *, by: User, minutes: Minutes, texts: Iterable[Written], is_draft: bool = False
) -> list[Standing]:
    """Save the notes of the points that were changed; returns those left as they were.

    A refusal leaves everything as it was (Clashing); an `is_draft` keeps the other points' texts.
    """
    _lock_open(minutes)
    points = {str(point.pk): point for point in minutes.points.select_related("changed_by")}
    news, clashes = judged(texts, [point.standing for point in points.values()])
    if clashes and not is_draft:
        raise Clashing(clashes)
    for written in news:
        point = points[written.key]
        point.notes, point.version = written.text, point.version + 1
        point.changed_by, point.changed_at = by, timezone.now()
        point.save(update_fields=["notes", "version", "changed_by", "changed_at"])
    return clashes


@transaction.atomic
def add_point(*, by: User, minutes: Minutes, title: str) -> MinutesPoint:
    """Something that was taken up and did not stand on the agenda."""
    _lock_open(minutes)
    # Sent twice, it is there already.
    if found := minutes.points.filter(title=title).first():
        return found
    last = minutes.points.order_by("-position").first()
    if minutes.points.count() >= MOST_POINTS:
        raise Refused(_("The minutes have %(n)s points; that is the most.") % {"n": MOST_POINTS})
    return MinutesPoint.objects.create(
        minutes=minutes,
        position=last.position + 1 if last else 1,
        title=title,
        changed_by=by,
        changed_at=timezone.now(),
    )


@transaction.atomic
def publish_minutes(*, by: User, minutes: Minutes) -> Minutes:
    """Close the minutes. A Lab that nobody has marked as held is marked by this."""
    minutes = _lock_open(minutes)
    lab = minutes.lab
    has_notes = minutes.points.exclude(notes="").exists()
    if not has_notes and not minutes.outcomes.exists():
        raise Refused(_("Nothing has been written yet: no notes and no outcomes."))
    if lab.state == LabState.CANCELLED:
        raise Refused(_("The meeting was cancelled; its minutes stay with those who wrote them."))
    if lab.is_published:
        minutes.lab = scheduling.hold(by=by, lab=lab)
    minutes.published_by, minutes.published_at = by, timezone.now()
    minutes.save(update_fields=["published_by", "published_at"])
    follow_up_notices.tell_published(minutes, by=by)
    return minutes


@transaction.atomic
def add_to_minutes(*, by: User, point: MinutesPoint, text: str) -> Addition:
    """After closing: what stands is left alone, and what is new is signed and dated."""
    lab = Lab.objects.locked().get(pk=point.minutes.lab_id)
    if not Minutes.objects.published().filter(lab=lab).exists():
        raise Refused(_("The minutes are still open: write in them directly."))
    added = Addition.objects.create(point=point, text=text, added_by=by)
    follow_up_notices.tell_added(lab, by=by)
    return added


def _lock_open(minutes: Minutes) -> Minutes:
    """The minutes under the lock of their Lab; refused once they are closed."""
    lab = Lab.objects.locked().get(pk=minutes.lab_id)
    found = Minutes.objects.get(pk=minutes.pk)
    found.lab = lab
    if found.is_published:
        raise Refused(_("These minutes are published. What is missing is added at the end."))
    return found


def _whole(lab: Lab) -> str:
    with translation.override(lab.language):
        return _("Notes from the meeting")
