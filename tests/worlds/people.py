"""Profiles: with a canary for each way and circle, somebody unlisted, questions between two."""

from types import SimpleNamespace
from typing import Any

from cities.asking import actions as asking
from cities.asking import links
from cities.enums import Circle, Role, Way
from cities.models import Domain, Lever, Membership, Profile
from cities.people import actions as memberships
from cities.profiles import actions
from hub.enums import Listing
from hub.models import User
from tests.worlds import World

#: Who sees what bob of Lund, in Learning Hub Syd, shows to each circle.
SEEN_BY: dict[str, tuple[str, ...]] = {
    Circle.NOBODY: ("staff",),
    Circle.PLACES: ("staff", "lead"),
    Circle.PROGRAMMES: ("staff", "lead", "coordinator", "researcher"),
    Circle.SIGNED_IN: ("staff", "lead", "coordinator", "researcher", "foreign"),
}


def build(world: World) -> None:
    cast = world.cast
    said = {"title": "Climate strategist", "expertise": "district heating, heat pumps"}
    said |= {"about": "Ten years of pipes.", "offers": "Contracts", "languages": ["sv", "en"]}
    world["profile_bob"] = record(cast.bob, contacts=_canaries(world), said=said, world=world)
    public = {Way.LINK: ("https://example.org/mallory", Circle.PUBLIC)}
    world["profile_mallory"] = record(
        cast.mallory, listing=Listing.PUBLIC, contacts=public, said={"title": "Harbour planner"}
    )
    _circles(world)
    _unlisted(world)
    _questions(world)


def record(
    user: User,
    *,
    listing: Listing = Listing.SIGNED_IN,
    contacts: dict[str, tuple[str, str]] | None = None,
    said: dict[str, Any] | None = None,
    world: World | None = None,
) -> Profile:
    profile = Profile(**said or {})
    domains = Domain.objects.filter(code="energy") if world else Domain.objects.none()
    levers = Lever.objects.filter(code="governance") if world else Lever.objects.none()
    return actions.record(
        profile=profile,
        listing=listing,
        contacts=contacts or {},
        terms={"domains": list(domains), "levers": list(levers)},
        by=user,
    )


def _canaries(world: World) -> dict[str, tuple[str, str]]:
    def word(way: Way, circle: Circle) -> str:
        return world.secret(f"{way} {circle}", *SEEN_BY[circle])

    return {
        Way.EMAIL: (f"{word(Way.EMAIL, Circle.NOBODY)}@example.org", Circle.NOBODY),
        Way.PHONE: (word(Way.PHONE, Circle.PLACES), Circle.PLACES),
        Way.LINK: (f"https://{word(Way.LINK, Circle.PROGRAMMES)}.org/", Circle.PROGRAMMES),
    }


def _circles(world: World) -> None:
    """Another colleague in Lund, for the circles that bob has no way left for."""
    nils = User.objects.create(email="nils@example.org", name="Nils", language="en")
    Membership.objects.create(user=nils, city=world.cast.lund, role=Role.STAFF)
    here = ("lead", "staff", "coordinator", "researcher", "foreign")
    contacts = {
        Way.EMAIL: (f"{world.secret('nils signed in', *here)}@example.org", Circle.SIGNED_IN),
        # Open to everybody, of somebody whom visitors may not know of.
        Way.LINK: (f"https://{world.secret('nils public', *here)}.org/", Circle.PUBLIC),
    }
    world["nils"] = nils
    world["profile_nils"] = record(nils, contacts=contacts, said={"title": "Planner"})


def _unlisted(world: World) -> None:
    """Of Lund: known to those who keep its people, as somebody with a role, and to nobody else."""
    keepers = ("lead", "coordinator")
    name = world.secret("unlisted name", *keepers)
    una = User.objects.create(email="una@example.org", name=f"{name.capitalize()} Una")
    memberships.start_membership(
        user=una, place=world.cast.lund, role=Role.STAFF, by=world.cast.alice
    )
    said = {
        "title": world.secret_text("unlisted title"),
        "expertise": world.secret_text("unlisted expertise"),
        "about": world.secret_text("unlisted about"),
    }
    way = {Way.LINK: (f"https://{world.secret('unlisted link')}.org/", Circle.PUBLIC)}
    world["una"] = una
    world["profile_una"] = record(
        una, listing=Listing.UNLISTED, contacts=way, said=said, world=world
    )


def _questions(world: World) -> None:
    cast = world.cast
    text = world.secret_text("question", "staff", "foreign")
    asked = asking.ask(by=cast.mallory, person=cast.bob, text=f"Who laid the pipes? {text}")
    world["inquiry"] = asked
    world["message"] = asked.messages.get()
    asking.write(by=cast.bob, inquiry=asked, text=f"We did. {text}")
    world["message_answer"] = asked.messages.get(is_of_asker=False)
    # Whoever holds the link reads that message: nothing hidden in it.
    asking.write(by=cast.mallory, inquiry=asked, text="And in the winter?")
    last = asked.messages.order_by("pk").last()
    token = links.url_for(last).rstrip("/").rpartition("/")[2]
    world["reply_link"] = SimpleNamespace(token=token)
    text = world.secret_text("other question", "researcher", "lead")
    world["inquiry_other"] = asking.ask(by=cast.rita, person=cast.alice, text=text)
    asking.refuse(by=world["nils"], person=cast.alice)


def one_more_person(world: World, number: int) -> User:
    user = User.objects.create(email=f"person{number}@example.org", name=f"Person {number}")
    Membership.objects.create(user=user, city=world.cast.lund, role=Role.STAFF)
    record(user, said={"title": f"Task {number}", "languages": ["sv"]}, world=world)
    return user


def one_more_question(world: World, number: int) -> None:
    asker = one_more_person(world, number)
    asking.ask(by=asker, person=world.cast.bob, text=f"Question {number}")
