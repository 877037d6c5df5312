"""An application: begun, written by several, sent in, taken back, withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Domain, Lever
from cities.twinning.applications import news, parts
from cities.twinning.enums import ApplicationState, Stage
from cities.twinning.models import (
    Application,
    ApplicationAnswer,
    ApplicationContact,
    ApplicationFile,
    ApplicationNeed,
    Call,
    CallPilot,
    Rank,
)
from hub import documents
from hub.editing import Clashing, Standing, Written, judged
from hub.face import dates
from hub.models import User
from hub.refusals import Refused

MOST_FILES = 10


@dataclass(frozen=True)
class Profile:
    """What a form says of the application but for the answers; only `names` is written."""

    names: frozenset[str]
    domains: Sequence[Domain] = ()
    levers: Sequence[Lever] = ()
    languages: Sequence[str] = ()
    #: Words, and the domain they belong to.
    needs: Sequence[tuple[str, Domain | None]] = ()
    offers: str = ""
    ranks: Sequence[CallPilot] = ()
    #: Name, address, duty.
    contacts: Sequence[tuple[str, str, str]] = ()


class Outdated(Refused):
    def __init__(self) -> None:
        super().__init__(_("Somebody else has written in the application since you opened it."))


@transaction.atomic
def begin(*, call: Call, city: City, by: User, is_sample: bool = False) -> Application:
    """The city's application: the one there is, or a new draft."""
    found = Application.objects.filter(call=call, city=city).first()
    if found is not None:
        return found
    if call.stage != Stage.OPEN:
        raise Refused(_("The call is not open."))
    made, is_new = Application.objects.get_or_create(
        call=call,
        city=city,
        defaults={"started_by": by, "changed_by": by, "is_sample": is_sample},
    )
    if is_new:
        made.domains.set(city.domains.all()[: call.most_domains])
        made.levers.set(city.levers.all())
    return made


@transaction.atomic
def write_profile(
    *, application: Application, profile: Profile, version: int, by: User
) -> Application:
    """Raises Outdated where another editor saved first, Refused where it is closed to writing."""
    application = _writable(application, profile.names)
    if application.version != version:
        raise Outdated
    for name in profile.names:
        _WRITERS[name](application, profile)
    application.version += 1
    application.changed_by = by
    application.save()
    return application


def _write_needs(application: Application, profile: Profile) -> None:
    application.needs.all().delete()
    ApplicationNeed.objects.bulk_create(
        ApplicationNeed(application=application, position=n, text=text, domain=domain)
        for n, (text, domain) in enumerate(profile.needs, start=1)
    )


def _write_ranks(application: Application, profile: Profile) -> None:
    application.ranks.all().delete()
    Rank.objects.bulk_create(
        Rank(application=application, pilot=pilot, position=n)
        for n, pilot in enumerate(profile.ranks, start=1)
    )


def _write_contacts(application: Application, profile: Profile) -> None:
    application.contacts.all().delete()
    ApplicationContact.objects.bulk_create(
        ApplicationContact(application=application, position=n, name=name, email=email, duty=duty)
        for n, (name, email, duty) in enumerate(profile.contacts, start=1)
    )


def _write_languages(application: Application, profile: Profile) -> None:
    application.languages = list(profile.languages)


def _write_offers(application: Application, profile: Profile) -> None:
    application.offers = profile.offers


_WRITERS = {
    "domains": lambda application, profile: application.domains.set(profile.domains),
    "levers": lambda application, profile: application.levers.set(profile.levers),
    "languages": _write_languages,
    "needs": _write_needs,
    "offers": _write_offers,
    "ranks": _write_ranks,
    "contacts": _write_contacts,
}


@transaction.atomic
def write_answers(
    *, application: Application, texts: Iterable[Written], by: User, is_draft: bool = False
) -> list[Standing]:
    """Save the answers that were changed; returns those that another wrote meanwhile.

    A refusal (Clashing) leaves everything as it was; an `is_draft` keeps the others' texts.
    """
    application = _writable(application, frozenset())
    open_now = parts.writable(application)
    asked = {question.code: question for question in application.call.scheme.questions.all()}
    news, clashes = judged(texts, parts.answers(application, asked.values()))
    if any(parts.name_of(asked[written.key]) not in open_now for written in news):
        raise Refused(_closed(application))
    if clashes and not is_draft:
        raise Clashing(clashes)
    for written in news:
        ApplicationAnswer.objects.update_or_create(
            application=application,
            question=asked[written.key],
            defaults={"text": written.text, "version": F("version") + 1, "changed_by": by},
            create_defaults={"text": written.text, "changed_by": by},
        )
    return clashes


@transaction.atomic
def add_file(
    *, application: Application, title: str, upload: "UploadedFile[bytes]", by: User
) -> ApplicationFile:
    application = _writable(application, frozenset({parts.FILES}))
    if application.files.count() >= MOST_FILES:
        raise Refused(_("There is room for at most %(n)d files.") % {"n": MOST_FILES}, "file")
    # Its own address opens it to nobody: the application's page asks who may see it.
    stored = documents.store_document(upload=upload, audience=[], by=by)
    return ApplicationFile.objects.create(
        application=application, title=title, file=stored, added_by=by
    )


@transaction.atomic
def remove_file(*, application: Application, file: ApplicationFile) -> None:
    _writable(application, frozenset({parts.FILES}))
    stored = file.file
    file.delete()
    documents.discard(stored)


@transaction.atomic
def submit(*, application: Application, by: User) -> Application:
    """Send it in, first or after more information was asked for."""
    application = _locked(application)
    if application.reopened:
        return _send_again(application, by=by)
    if application.state == ApplicationState.SUBMITTED:
        return application
    if application.state == ApplicationState.WITHDRAWN:
        raise Refused(_("The application is withdrawn."))
    if gaps := parts.missing(application):
        raise Refused(_("Still missing: %(what)s") % {"what": ", ".join(g.label for g in gaps)})
    now = timezone.now()
    if application.call.stage_at(now) != Stage.OPEN:
        raise Refused(_late(application.call))
    application.state = ApplicationState.SUBMITTED
    application.submitted_at, application.submitted_by = now, by
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as late:
        # The window closed, or moved, between our look and our write.
        raise Refused(_late(application.call)) from late
    news.tell("application.submitted", application, by=by)
    return application


def _send_again(application: Application, *, by: User) -> Application:
    if gaps := parts.missing(application):
        raise Refused(_("Still missing: %(what)s") % {"what": ", ".join(g.label for g in gaps)})
    if not parts.writable(application):
        raise Refused(_closed(application))
    application.reopened, application.reopened_until = [], None
    application.screening, application.screening_reason = "", ""
    application.screened_at = application.screened_by = None
    application.save()
    news.tell("application.answered", application, by=by)
    return application


@transaction.atomic
def take_back(*, application: Application, by: User) -> Application:
    """A draft again, to be changed and sent anew while the call is open."""
    application = _locked(application)
    if application.state != ApplicationState.SUBMITTED or parts.is_worked_on(application):
        raise Refused(_("It cannot be taken back any more: the programme is working on it."))
    if application.call.stage != Stage.OPEN:
        raise Refused(_late(application.call))
    application.state = ApplicationState.DRAFT
    application.submitted_at = application.submitted_by = None
    application.save()
    news.tell("application.taken-back", application, by=by)
    return application


@transaction.atomic
def withdraw(*, application: Application, reason: str, by: User) -> Application:
    application = _locked(application)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    application.state = ApplicationState.WITHDRAWN
    application.withdrawn_at, application.withdrawn_by = timezone.now(), by
    application.withdrawn_because = reason
    application.reopened, application.reopened_until = [], None
    application.save()
    if application.submitted_at:
        news.tell("application.withdrawn", application, by=by, text=reason)
    return application


@transaction.atomic
def resume(*, application: Application, by: User) -> Application:
    """A withdrawn application is a draft again while its call is open."""
    application = _locked(application)
    if application.state != ApplicationState.WITHDRAWN:
        return application
    if application.call.stage != Stage.OPEN:
        raise Refused(_late(application.call))
    application.state = ApplicationState.DRAFT
    application.withdrawn_at = application.withdrawn_by = None
    application.withdrawn_because = ""
    application.submitted_at = application.submitted_by = None
    application.screening, application.screening_reason = "", ""
    application.screened_at = application.screened_by = None
    application.changed_by = by
    application.save()
    # What was scored was another text: its readers look once more, with their points as a draft.
    application.reviews.update(submitted_at=None)
    return application


def _locked(application: Application) -> Application:
    rows = Application.objects.locked().select_related("call__scheme", "call__programme", "city")
    return rows.get(pk=application.pk)


def _writable(application: Application, names: frozenset[str]) -> Application:
    application = _locked(application)
    now = parts.writable(application)
    if not now or not names <= now:
        raise Refused(_closed(application))
    return application


def _closed(application: Application) -> str:
    if application.state == ApplicationState.DRAFT:
        return _late(application.call)
    return _("The application is sent in; this part of it is closed.")


def _late(call: Call) -> str:
    now = dates.in_zone(timezone.now(), call.time_zone)
    return _(
        "The call takes applications until %(closes)s. The hub's clock shows %(now)s. "
        "What you have written is kept."
    ) % {
        "closes": dates.deadline(call.closes_at, call.time_zone),
        "now": f"{dates.day(now)}, {now:%H:%M:%S}",
    }
