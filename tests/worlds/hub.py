"""Invitations, notes in inboxes, a message that failed, and links that work without signing in."""

from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from cities.enums import Role
from cities.models import Membership
from cities.people import actions
from hub import events
from hub.delivery import optouts
from hub.enums import DeliveryState
from hub.models import Delivery, Follow, Invitation, Notification, User
from tests.worlds import World

KEEPERS = ("lead", "coordinator")


def invitation(world: World, email: str, **changes: Any) -> Invitation:
    given: dict[str, Any] = {
        "place": world.cast.lund,
        "role": Role.STAFF,
        "email": email,
        "name": "",
        "language": "en",
        "message": "",
        "by": world.cast.alice,
    }
    return actions.invite(**given | changes)


def one_more_member(world: World, number: int) -> None:
    user = User.objects.create(email=f"member{number}@example.org", name=f"Member {number}")
    Membership.objects.create(user=user, city=world.cast.lund, role=Role.STAFF)
    invitation(world, f"asked{number}@example.org")


def one_more_note(world: World, number: int) -> None:
    event = events.record(
        verb="city.changed",
        by=world.cast.alice,
        title=f"Lund {number}",
        url="/cities/lund/",
        audience=["public"],
        subjects=[world.cast.lund.subject],
    )
    Notification.objects.create(user=world.cast.bob, event=event)


def build(world: World) -> None:
    cast = world.cast
    world["invitation"] = invitation(world, "new@example.org")
    world["invitation_mallory"] = invitation(world, cast.mallory.email)
    invitation(world, f"{world.secret('invited address', *KEEPERS)}@example.org")
    world["membership"] = Membership.objects.get(user=cast.bob, city=cast.lund)
    _inbox(world)
    world["delivery_failed"] = Delivery.objects.create(
        kind="invitation",
        event="invitation:0",
        address="gone@example.org",
        facts={"invitation": 0},
        due_at=timezone.now(),
        try_at=timezone.now(),
        settled_at=timezone.now(),
        state=DeliveryState.FAILED,
    )
    link = optouts.url_of(Delivery(kind="lab.reminder", user=cast.bob))
    world["unsubscribing"] = SimpleNamespace(token=link.rstrip("/").rpartition("/")[2])


def _inbox(world: World) -> None:
    """A note of bob's own, and one about what only he may see."""
    cast = world.cast
    one_more_note(world, 0)
    hidden = events.record(
        verb="city.changed",
        by=cast.alice,
        title=world.secret_text("note", "staff"),
        text=world.secret_text("note text", "staff"),
        url="/cities/lund/",
        audience=[f"user:{cast.bob.pk}"],
        subjects=[cast.lund.subject],
    )
    world["note"] = Notification.objects.create(user=cast.bob, event=hidden)
    Follow.objects.create(user=cast.bob, subject=cast.lund.subject)
