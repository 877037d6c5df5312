"""Roles of people: offered by invitation, taken on, changed, ended; never deleted."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.enums import Role
from cities.models import Membership, OfferedMembership, Programme
from cities.people.permissions import Place, keepers_of
from cities.profiles.documents import put_person
from hub import access, events
from hub.actions import invitations
from hub.models import Event, Invitation, User


class LastCoordinator(Exception):
    """A programme without a coordinator could be kept by nobody but the platform admin."""


class NotCurrent(Exception):
    """The membership has ended meanwhile."""


class AlreadyHeld(Exception):
    """The person has that role there already."""


@transaction.atomic
def invite(
    *, place: Place, role: Role, email: str, name: str, language: str, message: str, by: User
) -> Invitation:
    invitation = invitations.invite(
        email=email, name=name, language=language, message=message, by=by
    )
    OfferedMembership.objects.create(invitation=invitation, role=role, **field_of(place))
    return invitation


def grant_offers(invitation: Invitation, user: User) -> None:
    """What hub calls when an invitation is accepted."""
    for offer in invitation.offers.select_related("city", "organisation", "programme"):
        start_membership(
            user=user, place=offer.place, role=Role(offer.role), by=invitation.invited_by
        )


def offers_in_words(invitation: Invitation) -> list[str]:
    """Lines such as "city staff – Lund", in the active language."""
    return [
        _("%(role)s – %(place)s") % {"role": offer.get_role_display(), "place": offer.place}
        for offer in invitation.offers.select_related("city", "organisation", "programme")
    ]


@transaction.atomic
def start_membership(*, user: User, place: Place, role: Role, by: User) -> Membership:
    """Give the role from now on; a role that is held already stays as it is."""
    membership, is_new = Membership.objects.current().get_or_create(
        user=user, role=role, **field_of(place), defaults={"started_by": by}
    )
    if is_new:
        put_person(user)
        _tell("membership.started", membership, by=user, direct=[by])
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> None:
    """End the role now: the next request of the person is refused what it gave."""
    if membership.role == Role.COORDINATOR:
        _keep_one_coordinator(membership)
    ended = Membership.objects.current().filter(pk=membership.pk)
    if not ended.update(ended_at=timezone.now(), ended_by=by):
        raise NotCurrent
    membership.refresh_from_db()
    put_person(membership.user)
    _tell("membership.ended", membership, by=by, direct=[membership.user])


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: User) -> Membership:
    """End one role and start another in the same place, so that the history stays."""
    held = Membership.objects.current().filter(
        user=membership.user, role=role, **field_of(membership.place)
    )
    if held.exists():
        raise AlreadyHeld
    end_membership(membership=membership, by=by)
    return start_membership(user=membership.user, place=membership.place, role=role, by=by)


def field_of(place: Place) -> dict[str, Any]:
    """The column that holds this kind of place: `{"city": lund}`."""
    return {type(place).__name__.lower(): place}


def _keep_one_coordinator(membership: Membership) -> None:
    # Locked, since two coordinators may take each other away at the same time.
    programme = Programme.objects.select_for_update().get(memberships=membership)
    others = Membership.objects.current().filter(
        programme=programme, role=Role.COORDINATOR, user__is_active=True
    )
    if not others.exclude(user=membership.user_id).exists():
        raise LastCoordinator


def _tell(verb: str, membership: Membership, *, by: User, direct: list[User]) -> None:
    place = membership.place
    # Who does it is named by the sentence already.
    title = str(place) if by == membership.user else f"{membership.user}, {place}"
    events.record(
        verb=verb,
        by=by,
        title=title,
        url=place.get_absolute_url(),
        audience=_audience(place, membership.user, direct),
        subjects=[place.subject, membership.user.subject],
        direct=direct,
    )


@transaction.atomic
def retarget_news(*, person: User) -> None:
    """News of somebody's roles go with who may know that they are here."""
    news = Event.objects.about(person.subject).filter(verb__startswith="membership.")
    places = _places_of(person)
    for event in news:
        place = next((places[s] for s in event.subjects if s in places), None)
        if place is not None:
            event.audience = sorted(_audience(place, person, event.direct))
            event.save(update_fields=["audience"])


def _audience(place: Place, member: User, told: Iterable[User | int]) -> set[str]:
    """Members of the place; of somebody unlisted those who keep its people, and those told."""
    kind = type(place).__name__.lower()
    named = {access.key("user", p if isinstance(p, int) else p.pk) for p in (*told, member)}
    if member.is_listed:
        return {access.key(kind, place.pk), *named}
    return {*keepers_of(place), *named}


def _places_of(person: User) -> dict[str, Place]:
    held = Membership.objects.filter(user=person)
    rows = held.select_related("city", "organisation", "programme")
    return {row.place.subject: row.place for row in rows}
