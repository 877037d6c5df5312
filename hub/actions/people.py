"""What is done to a person's account."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from hub import people
from hub.models import Invitation, User


@transaction.atomic
def create_person(
    *, email: str, name: str, language: str, password: str | None = None, **fields: Any
) -> User:
    """An account whose address is known to be the person's; raises IntegrityError if taken."""
    user = User.objects.create_user(email, password, name=name, language=language, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def disable_person(*, person: User, by: User) -> None:
    """Close an account: refused from the next request on, sessions ended, nothing erased."""
    User.objects.filter(pk=person.pk).update(is_active=False)
    person.is_active = False
    Invitation.objects.open().filter(email=person.email).update(
        revoked_at=timezone.now(), revoked_by=by
    )
    end_sessions(person=person)
    people.changed(person)


@transaction.atomic
def enable_person(*, person: User, by: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=True)
    person.is_active = True
    people.changed(person)


def end_sessions(*, person: User) -> None:
    for session in UserSession.objects.filter(user=person):
        session.end()
