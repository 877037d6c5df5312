"""Inviting, sending again, withdrawing, accepting."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from hub import delivery, invitations
from hub.actions.people import create_person
from hub.letters import INVITATION
from hub.models import Invitation, User
from hub.models.users import normal_email


class NotOpen(Exception):
    """The invitation was used, withdrawn or has expired meanwhile."""


class AccountExists(Exception):
    """The invited address has an account: it signs in instead."""


@transaction.atomic
def invite(*, email: str, name: str, language: str, message: str, by: User) -> Invitation:
    """Open an invitation and owe its mail; the room adds what it grants in the same transaction."""
    invitation = Invitation.objects.create(
        email=normal_email(email),
        name=name,
        language=language,
        message=message,
        invited_by=by,
        expires_at=_end(),
    )
    _send(invitation)
    return invitation


@transaction.atomic
def resend(*, invitation: Invitation, by: User) -> Invitation:
    """Once more to the same address, with the whole time to answer; raises NotOpen."""
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk)
    if not waiting.update(times_sent=F("times_sent") + 1, expires_at=_end()):
        raise NotOpen
    invitation.refresh_from_db()
    _send(invitation)
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> None:
    """The link opens nothing any more, and a mail not yet sent stays unsent; raises NotOpen."""
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk)
    if not waiting.update(revoked_at=timezone.now(), revoked_by=by):
        raise NotOpen
    delivery.supersede(event=_subject(invitation), below=invitation.times_sent + 1)


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> None:
    """Take what is granted, once; raises NotOpen."""
    # One row changes hands only once, however many press at the same time.
    taken = Invitation.objects.open().filter(pk=invitation.pk)
    if not taken.update(accepted_at=timezone.now(), accepted_by=user):
        raise NotOpen
    invitation.refresh_from_db()
    invitations.grant(invitation, user)


@transaction.atomic
def join(*, invitation: Invitation, name: str, password: str, language: str) -> User:
    """Make the account: who holds the mailed token reads that mailbox; raises AccountExists."""
    try:
        # The unique address decides where two come at the same time.
        with transaction.atomic():
            user = create_person(
                email=invitation.email, name=name, language=language, password=password
            )
    except IntegrityError as taken:
        raise AccountExists from taken
    accept(invitation=invitation, user=user)
    return user


def _send(invitation: Invitation) -> None:
    delivery.plan(
        kind=INVITATION,
        event=_subject(invitation),
        version=invitation.times_sent,
        receivers=[invitation.email],
        expires_at=invitation.expires_at,
        facts={"invitation": invitation.pk},
    )


def _subject(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}"


def _end() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)
