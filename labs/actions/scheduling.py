"""A coordinator's acts: draft, change, publish, cancel, hold."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from slugify import slugify

from cities.models import Programme
from hub import search
from hub.models import User
from labs import plans
from labs.actions import feedback, materials, notices, offering
from labs.actions.reminders import plan_reminders
from labs.enums import Audience, LabState, Mode, ReminderKind
from labs.models import AgendaItem, Lab, ReminderRule
from labs.plans import Plan
from labs.refusals import Outdated, Refused

#: Above every position of an agenda.
ASIDE = 1000
#: From whom a published Lab may be widened to whom. More of the chosen cities is wider too.
_WIDER = {
    Audience.GROUP: {Audience.CITIES, Audience.OPEN},
    Audience.TRANSITION_TEAM: {Audience.CITIES, Audience.OPEN},
    Audience.CHOSEN: {Audience.CITIES, Audience.OPEN},
    Audience.CITIES: {Audience.OPEN},
    Audience.OPEN: set(),
}


@transaction.atomic
def draft(*, by: User, programme: Programme, plan: Plan, is_sample: bool = False) -> Lab:
    lab = Lab(programme=programme, group=plan.group, created_by=by, is_sample=is_sample)
    for field in plans.FIELDS:
        setattr(lab, field, getattr(plan, field))
    lab.slug = _free_slug(lab)
    lab.save()
    _choose_cities(lab, plan)
    _write_agenda(lab, plan)
    _write_reminder_rules(lab, plan)
    return lab


@transaction.atomic
def draft_series(*, by: User, programme: Programme, plans: Iterable[Plan]) -> list[Lab]:
    """Draft a Lab for each plan, or none of them."""
    return [draft(by=by, programme=programme, plan=plan) for plan in plans]


@transaction.atomic
def change(*, by: User, lab: Lab, plan: Plan, from_version: int) -> Lab:
    """Save an edit; a published Lab tells everybody whose calendar it alters.

    Raises Outdated when the Lab was saved after `from_version`, Refused when
    the change would break a promise already given.
    """
    lab = Lab.objects.locked().get(pk=lab.pk)
    if lab.version != from_version:
        raise Outdated(lab)
    altered = {f for f in plans.FIELDS if getattr(lab, f) != getattr(plan, f)}
    _refuse_broken_promises(lab, plan, altered)
    widened = "audience" in altered or plans.has_other_cities(lab, plan)
    for field in altered:
        setattr(lab, field, getattr(plan, field))
    is_told = lab.is_published and not altered.isdisjoint(plans.TOLD)
    is_moved = not altered.isdisjoint(plans.TIMES)
    lab.version += 1
    lab.sequence += is_told
    lab.schedule_version += is_moved
    lab.save(update_fields=[*altered, "version", "sequence", "schedule_version"])
    _choose_cities(lab, plan)
    _write_agenda(lab, plan)
    _write_reminder_rules(lab, plan)
    if lab.is_published:
        if is_moved:
            offering.shorten(lab)
        offering.promote(lab, by=by)
        _tell(lab, by=by, is_told=is_told, is_moved=is_moved, widened=widened)
    return lab


def _tell(lab: Lab, *, by: User, is_told: bool, is_moved: bool, widened: bool) -> None:
    if is_told:
        notices.tell_change(lab, is_moved=is_moved)
    if widened:
        notices.invite(lab)
    plan_reminders(lab)
    if is_moved:
        notices.record(lab, "lab.moved", by=by)
    notices.push(lab)


@transaction.atomic
def publish(*, by: User, lab: Lab) -> Lab:
    lab = Lab.objects.locked().get(pk=lab.pk)
    if not lab.is_draft:
        raise Refused(_("It has already been published."))
    if lab.has_begun:
        raise Refused(_("It begins in the past. Choose a new date before you publish it."))
    lab.state = LabState.PUBLISHED
    lab.published_by, lab.published_at = by, timezone.now()
    lab.version += 1
    lab.save(update_fields=["state", "published_by", "published_at", "version"])
    notices.invite(lab)
    plan_reminders(lab)
    notices.record(lab, "lab.published", by=by)
    notices.push(lab)
    return lab


@transaction.atomic
def cancel(*, by: User, lab: Lab, reason: str) -> Lab:
    lab = Lab.objects.locked().get(pk=lab.pk)
    if not lab.is_published:
        raise Refused(_("Only what is published can be cancelled."))
    if lab.is_over:
        raise Refused(_("The meeting is over and can no longer be cancelled."))
    lab.state = LabState.CANCELLED
    lab.cancelled_by, lab.cancelled_at = by, timezone.now()
    lab.cancellation_reason = reason
    lab.version += 1
    lab.sequence += 1
    lab.schedule_version += 1
    lab.save(
        update_fields=[
            "state",
            "cancelled_by",
            "cancelled_at",
            "cancellation_reason",
            "version",
            "sequence",
            "schedule_version",
        ]
    )
    notices.tell_cancellation(lab)
    notices.record(lab, "lab.cancelled", by=by, text=reason)
    notices.push(lab)
    return lab


@transaction.atomic
def hold(*, by: User, lab: Lab) -> Lab:
    """Mark a Lab as held."""
    lab = Lab.objects.locked().get(pk=lab.pk)
    if not lab.is_published:
        raise Refused(_("Only what is published can be marked as held."))
    if not lab.has_begun:
        raise Refused(_("The meeting has not begun yet."))
    lab.state = LabState.HELD
    lab.held_by, lab.held_at = by, timezone.now()
    lab.version += 1
    lab.save(update_fields=["state", "held_by", "held_at", "version"])
    notices.withdraw(lab, kinds=notices.BEFORE_IT)
    feedback.ask(lab)
    notices.record(lab, "lab.held", by=by)
    notices.push(lab)
    return lab


@transaction.atomic
def discard(*, by: User, lab: Lab) -> None:
    """Throw a draft away; nobody but coordinators has ever seen it."""
    lab = Lab.objects.locked().get(pk=lab.pk)
    if not lab.is_draft:
        raise Refused(_("What is published is cancelled, not thrown away."))
    search.remove(key=lab.subject)
    stored = materials.files_of(lab)
    lab.delete()
    materials.throw_away(stored)


def _refuse_broken_promises(lab: Lab, plan: Plan, altered: set[str]) -> None:
    if lab.state == LabState.CANCELLED:
        raise Refused(_("The meeting is cancelled and can no longer be changed."))
    is_moved = not altered.isdisjoint(plans.TIMES)
    if is_moved and lab.state == LabState.HELD:
        raise Refused(_("The meeting has been held; its time can no longer change."), "date")
    if is_moved and plan.starts_at <= timezone.now():
        raise Refused(_("This time has already passed. Choose a later one."), "date")
    if lab.is_draft:
        return
    if "needs_approval" in altered and lab.registrations.pending().exists():
        raise Refused(
            _("People wait for your answer. Answer them before you give the places away by turn."),
            "needs_approval",
        )
    if "questions" in altered:
        _refuse_other_questions(lab, plan)
    if _leaves_people_out(lab, plan):
        raise Refused(
            _("People outside this circle are already invited; it can only become wider."),
            "audience",
        )
    for mode, seats in ((Mode.ONSITE, plan.seats_onsite), (Mode.ONLINE, plan.seats_online)):
        _refuse_too_few_seats(lab, mode, seats)


def _leaves_people_out(lab: Lab, plan: Plan) -> bool:
    if plan.audience != lab.audience:
        return Audience(plan.audience) not in _WIDER[Audience(lab.audience)]
    return not set(lab.city_ids) <= {city.pk for city in plan.cities}


def _refuse_other_questions(lab: Lab, plan: Plan) -> None:
    """An answer must not come to stand under another question."""
    for question in lab.asked:
        if question.as_row() in plan.questions:
            continue
        if lab.registrations.filter(answers__has_key=question.key).exists():
            raise Refused(
                _("This question has been answered: it stays as it was, “%(text)s”.")
                % {"text": question.text},
                f"question_{question.number}",
            )


def _refuse_too_few_seats(lab: Lab, mode: Mode, seats: int | None) -> None:
    taken = lab.seated(mode)
    if (seats or 0) < taken:
        raise Refused(
            _("%(taken)s people already have a seat here; the number cannot be lower.")
            % {"taken": taken},
            f"seats_{mode.value}",
        )
    if seats is None and lab.registrations.active().filter(mode=mode).exists():
        raise Refused(
            _("People are waiting for a seat here; keep at least one seat."), f"seats_{mode.value}"
        )


def _free_slug(lab: Lab) -> str:
    """The theme and the year, as one word for the address; numbered where it is taken."""
    base = f"{slugify(lab.title, max_length=140) or 'lab'}-{lab.local_start.year}"
    taken = set(Lab.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(s for n in range(2, len(taken) + 3) if (s := f"{base}-{n}") not in taken)


def _choose_cities(lab: Lab, plan: Plan) -> None:
    lab.cities.set(plan.cities if plan.audience == Audience.CHOSEN else ())
    # Who sees the Lab is asked again below, of the cities as they are now.
    lab.__dict__.pop("city_ids", None)


def _write_agenda(lab: Lab, plan: Plan) -> None:
    """Points that were there stay the same rows, so that their materials stay with them."""
    known = {item.pk: item for item in lab.agenda.all()}
    rows: list[AgendaItem] = []
    for position, point in enumerate(plan.agenda, start=1):
        row = known.pop(point.item or 0, None) or AgendaItem(lab=lab)
        row.position, row.title, row.minutes = position, point.title, point.minutes
        row.presenter, row.notes = point.presenter, point.notes
        rows.append(row)
    lab.agenda.filter(pk__in=list(known)).delete()
    # Out of the way first: two points may change places.
    lab.agenda.update(position=F("position") + ASIDE)
    kept = [row for row in rows if row.pk]
    AgendaItem.objects.bulk_update(kept, ["position", "title", "minutes", "presenter", "notes"])
    AgendaItem.objects.bulk_create([row for row in rows if not row.pk])


def _write_reminder_rules(lab: Lab, plan: Plan) -> None:
    wanted = {
        ReminderKind.BEFORE: plan.remind_days_before,
        ReminderKind.UNANSWERED: plan.nudge_days_before,
        ReminderKind.AFTER: plan.thank_days_after,
    }
    lab.reminder_rules.all().delete()
    ReminderRule.objects.bulk_create(
        ReminderRule(lab=lab, kind=kind, days=day)
        for kind, days in wanted.items()
        for day in sorted(set(days))
    )
