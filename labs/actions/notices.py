"""What a Lab owes to whom: rows in the ledger, events, its entry in the search."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from hub import delivery, events, search
from hub.enums import DeliveryState
from hub.models import Delivery, User
from labs.actions.reminders import plan_reminders
from labs.enums import LabState, RegistrationState
from labs.models import Lab, Minutes, Registration, RegistrationStep
from labs.models.registrations import GONE
from labs.permissions import audience_keys, hosts, invited_keys
from labs.reminding import NUDGE, REMINDER, THANKS

INVITATION, CHANGE, CANCELLATION = "lab.invitation", "lab.change", "lab.cancellation"
RECEIPT, PROMOTION, DECISION = "lab.receipt", "lab.promotion", "lab.decision"
OFFER, LAPSE = "lab.offer", "lab.lapse"
#: What a person is told of the own registration: the newest makes the others stale.
OWN = (RECEIPT, PROMOTION, DECISION, OFFER, LAPSE)

#: What makes no sense any more once the Lab has been held.
BEFORE_IT = (INVITATION, CHANGE, CANCELLATION, *OWN, REMINDER, NUDGE)
#: Above every version: withdraws whatever still waits.
ALL = 2_147_483_647
#: Characters of one point's notes that the search knows.
INDEXED = 20_000
#: A message that has left, or may have.
_GONE_OUT = [DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNCERTAIN]


def invitees(lab: Lab) -> list[int]:
    """Ids of the people whom publishing the Lab invites by mail: not those whose meeting it is."""
    invited = User.objects.holding(*invited_keys(lab)).exclude(hosts(lab))
    return list(invited.values_list("pk", flat=True))


def people_told(lab: Lab) -> set[int]:
    """Ids of the people whom a change or a cancellation reaches."""
    return _told_ids(lab)


def invite(lab: Lab) -> None:
    """Invite whoever belongs to the audience and has not been invited yet."""
    already = set(_invited_ids(lab))
    delivery.plan(
        kind=INVITATION,
        event=lab.subject,
        receivers=[pk for pk in invitees(lab) if pk not in already],
        version=lab.schedule_version,
        expires_at=lab.starts_at,
    )


def tell_change(lab: Lab, *, is_moved: bool) -> None:
    """Tell everybody who has the Lab in the calendar, or was asked to come."""
    active = set(_active_ids(lab))
    # Locked, so that none of these invitations leaves while it is being replaced.
    waiting = Delivery.objects.about(lab.subject).filter(kind=INVITATION).not_begun()
    still_to_invite = {row.user_id for row in waiting.select_for_update()} - active
    delivery.supersede(event=lab.subject, kinds=[CHANGE], below=lab.sequence)
    told = _told_ids(lab)
    if is_moved:
        delivery.supersede(event=lab.subject, kinds=[INVITATION], below=lab.schedule_version)
        delivery.plan(
            kind=INVITATION,
            event=lab.subject,
            receivers=sorted(pk for pk in still_to_invite if pk),
            version=lab.schedule_version,
            expires_at=lab.starts_at,
        )
    delivery.plan(
        kind=CHANGE,
        event=lab.subject,
        receivers=sorted(told - still_to_invite),
        version=lab.sequence,
        expires_at=lab.ends_at,
        facts={"moved": is_moved},
    )


def tell_cancellation(lab: Lab) -> None:
    """Tell the registered, and the invited whose invitation has left and who have not said no."""
    withdraw(lab)
    declined = lab.registrations.filter(state__in=GONE)
    reached = (
        Delivery.objects.about(lab.subject)
        .filter(kind__in=[INVITATION, CHANGE], state__in=_GONE_OUT)
        .exclude(user__in=declined.values("user"))
    )
    told = set(reached.values_list("user_id", flat=True)) | set(_active_ids(lab))
    delivery.plan(
        kind=CANCELLATION,
        event=lab.subject,
        receivers=sorted(told),
        version=lab.sequence,
        expires_at=lab.ends_at,
    )


def withdraw(lab: Lab, *, kinds: Iterable[str] | None = None) -> None:
    """Nothing that still waits about this Lab, or nothing of these kinds, is to be sent."""
    delivery.supersede(event=lab.subject, below=ALL, kinds=kinds)


def tell_registered(registration: Registration) -> None:
    """The receipt of a registration, a change of mode or a cancellation."""
    _tell(registration, RECEIPT)


def tell_decided(registration: Registration) -> None:
    """The coordinator's answer to who asked for a place."""
    _tell(registration, DECISION)


def tell_offered(registration: Registration) -> None:
    """The offer of a seat; a mail that comes when it has run out would only annoy."""
    _tell_one(registration, OFFER, until=registration.offered_until)


def tell_lapsed(registration: Registration) -> None:
    _tell(registration, LAPSE)


def tell_promoted(registration: Registration) -> None:
    _tell(registration, PROMOTION)


def _tell(registration: Registration, kind: str) -> None:
    """Tell one person where they stand now, and remind only those who have a seat."""
    _tell_one(registration, kind)
    if registration.is_seated:
        plan_reminders(registration.lab, users=[registration.user_id])
    stale = [NUDGE] if registration.is_seated else [NUDGE, REMINDER, THANKS]
    subject, user = registration.lab.subject, registration.user_id
    delivery.supersede(event=subject, kinds=stale, below=ALL, users=[user])


def record(lab: Lab, verb: str, *, by: User, text: str = "") -> None:
    events.record(
        verb=lab.verb(verb),
        by=by,
        title=lab.title,
        text=text or lab.summary,
        url=lab.get_absolute_url(),
        audience=audience_keys(lab),
        subjects=lab.subjects,
    )


def push(lab: Lab) -> None:
    """Bring the search and earlier events to what the Lab is now."""
    events.retarget(subject=lab.subject, audience=audience_keys(lab))
    if lab.state == LabState.DRAFT or lab.removed_at is not None:
        search.remove(key=lab.subject)
        return
    area = lab.knowledge_area
    words = [lab.summary, lab.place, lab.programme.name]
    words += [lab.group.title] if lab.group else []
    words += [area.name_sv, area.name_en] if area else []
    for item in lab.agenda.all():
        words += [item.title, item.presenter, item.notes]
    words += _minutes_words(lab)
    search.put(
        key=lab.subject,
        kind="exchange" if lab.is_exchange else "lab",
        title=lab.title,
        text="\n".join(word for word in words if word),
        url=lab.get_absolute_url(),
        language=lab.language,
        audience=audience_keys(lab),
        dated_at=lab.starts_at,
        facets=[*lab.subjects[1:], *([f"area:{area.code}"] if area else [])],
    )


def _minutes_words(lab: Lab) -> list[str]:
    """What published minutes say; those still being written are nobody else's to find."""
    minutes = Minutes.objects.published().filter(lab=lab).first()
    if minutes is None:
        return []
    words = []
    for title, notes in minutes.points.values_list("title", "notes"):
        words += [title, notes]
    words += minutes.points.exclude(additions=None).values_list("additions__text", flat=True)
    words += minutes.outcomes.values_list("text", flat=True)
    # Nobody searches for the millionth character, and the index holds no more.
    return [word[:INDEXED] for word in words]


def _tell_one(registration: Registration, kind: str, *, until: datetime | None = None) -> None:
    # The step that caused it is the version: a later step makes this one stale.
    newest = RegistrationStep.objects.filter(registration=registration).aggregate(n=Max("pk"))["n"]
    delivery.supersede(
        event=registration.lab.subject,
        kinds=OWN,
        below=newest,
        users=[registration.user_id],
    )
    delivery.plan(
        kind=kind,
        event=registration.lab.subject,
        receivers=[registration.user_id],
        version=newest,
        expires_at=until or registration.lab.ends_at,
    )


def _invited_ids(lab: Lab) -> list[int]:
    rows = Delivery.objects.about(lab.subject).filter(kind=INVITATION, user__isnull=False)
    return list(rows.values_list("user_id", flat=True).distinct())


def _told_ids(lab: Lab) -> set[int]:
    """The invited and the registered; not those who were refused."""
    refused = lab.registrations.filter(state=RegistrationState.REFUSED)
    told = {pk for pk in _invited_ids(lab) if pk} | set(_active_ids(lab))
    return told - set(refused.values_list("user_id", flat=True))


def _active_ids(lab: Lab) -> list[int]:
    return list(lab.registrations.active().values_list("user_id", flat=True))
