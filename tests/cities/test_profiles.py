"""Profiles: written by the person alone, each way to reach them seen by its circle."""

import datetime as dt
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from PIL import Image

from cities.enums import Circle, Role, Way
from cities.models import Contact, Domain, Membership, Profile
from cities.people import actions as memberships
from cities.profiles import actions
from hub.enums import Listing
from hub.models import SearchDocument, StoredFile, User
from tests.conftest import Cast
from tests.worlds import ROLES, World
from tests.worlds.people import SEEN_BY, record

SignIn = Callable[[User | None], Client]
BLANK = {"listing": "signed-in"}


def sent(**changes: Any) -> dict[str, Any]:
    return {"_key": str(uuid.uuid4()), **BLANK, **changes}


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return SimpleUploadedFile("me.jpg", out.getvalue(), "image/jpeg")


# The form -----------------------------------------------------------------------------------


def test_what_one_says_of_oneself_stands_on_ones_page(cast: Cast, sign_in: SignIn) -> None:
    heat = Domain.objects.create(code="energy", name_en="Energy systems", name_sv="Energisystem")
    said = sent(
        title="Heat planner",
        expertise="district heating",
        offers="Contracts",
        seeks="Waste heat",
        about="Ten years.",
        languages=["sv", "en"],
        domains=[heat.pk],
        phone="+46 46 359 50 00",
        phone_circle="signed-in",
        takes_questions="on",
    )

    answer = sign_in(cast.bob).post("/settings/profile/", said)

    assert (answer.status_code, answer["Location"]) == (302, f"/people/{cast.bob.pk}/")
    page = sign_in(cast.mallory).get(answer["Location"]).content.decode()
    words = ["Heat planner", "district heating", "Contracts", "Waste heat", "Ten years."]
    words += ["svenska, English", "Energy systems", "+46 46 359 50 00", "City staff", "Lund"]
    assert [word for word in words if word not in page] == []
    assert 'href="tel:+46463595000"' in page


def test_the_form_writes_to_nobody_else(cast: Cast, sign_in: SignIn) -> None:
    record(cast.alice, said={"title": "Lead"})

    sign_in(cast.bob).post(
        "/settings/profile/",
        sent(title="Mine", user=cast.alice.pk, pk=cast.alice.profile.pk, is_admin="on"),
    )

    assert dict(Profile.objects.values_list("user__name", "title")) == {
        "Alice": "Lead",
        "Bob": "Mine",
    }
    assert User.objects.get(pk=cast.bob.pk).is_admin is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("phone", "call me"),
        ("link", "javascript:alert(1)"),
        ("listing", "secret"),
        ("languages", "klingon"),
        ("email_circle", "friends"),
        ("title", "x" * 121),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    cast: Cast, sign_in: SignIn, field: str, value: str
) -> None:
    answer = sign_in(cast.bob).post("/settings/profile/", sent(**{field: value}))

    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()
    assert Profile.objects.count() == 0


def test_a_picture_is_made_anew_and_replaced(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)
    client.post("/settings/profile/", sent(picture=picture()))
    first = StoredFile.objects.get()
    client.post("/settings/profile/", sent(picture=picture()))
    second = StoredFile.objects.get()

    assert first.pk != second.pk
    assert (second.content_type, second.audience) == ("image/webp", ["signed-in"])
    assert sign_in(cast.mallory).get(second.get_absolute_url()).status_code == 200
    assert sign_in(None).get(second.get_absolute_url()).status_code == 404

    sign_in(cast.bob).post("/settings/profile/", sent(drops_picture="on"))
    assert StoredFile.objects.count() == 0


def test_a_file_that_is_no_picture_is_said_at_its_field(cast: Cast, sign_in: SignIn) -> None:
    upload = SimpleUploadedFile("me.jpg", b"<svg onload=alert(1)>", "image/jpeg")

    answer = sign_in(cast.bob).post("/settings/profile/", sent(picture=upload))

    assert answer.status_code == 422
    assert "SVG drawings" in answer.content.decode()
    assert (Profile.objects.count(), StoredFile.objects.count()) == (0, 0)


# Circles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("circle", Circle.values)
def test_each_circle_sees_its_way_and_nobody_else(cast: Cast, sign_in: SignIn, circle: str) -> None:
    """Bob is of Lund, and so of Learning Hub Syd; mallory of neither; visitors of nothing."""
    contacts = {Way.EMAIL: ("canary@example.net", circle)}
    record(cast.bob, listing=Listing.PUBLIC, contacts=contacts)
    everybody = [role for role in ROLES if role != "visitor"]
    wanted = {**SEEN_BY, Circle.SIGNED_IN: (*everybody,), Circle.PUBLIC: ROLES}

    seen = [
        role
        for role, person in cast.by_role().items()
        if "canary@example.net" in sign_in(person).get(f"/people/{cast.bob.pk}/").content.decode()
    ]

    assert sorted(seen) == sorted(wanted[circle])


def test_a_circle_follows_the_roles_of_both(cast: Cast) -> None:
    record(cast.bob, contacts={Way.EMAIL: ("canary@example.net", Circle.PLACES)})

    def sees(user: User) -> bool:
        return Contact.objects.visible_to(User.objects.get(pk=user.pk)).exists()

    assert not sees(cast.mallory)
    joined = memberships.start_membership(
        user=cast.mallory, place=cast.lund, role=Role.STAFF, by=cast.alice
    )
    assert sees(cast.mallory)
    memberships.end_membership(membership=joined, by=cast.alice)
    assert not sees(cast.mallory)


def test_no_way_is_wider_than_who_may_know_of_the_person(cast: Cast) -> None:
    record(cast.bob, contacts={Way.EMAIL: ("canary@example.net", Circle.PUBLIC)})
    visitor = AnonymousUser()

    assert Contact.objects.visible_to(visitor).count() == 0
    actions.set_listing(person=cast.bob, listing=Listing.PUBLIC)
    assert Contact.objects.visible_to(visitor).count() == 1
    actions.set_listing(person=cast.bob, listing=Listing.UNLISTED)
    assert Contact.objects.visible_to(cast.alice).count() == 0


def test_a_new_name_is_found_at_once(cast: Cast, sign_in: SignIn) -> None:
    record(cast.bob)
    form = {"name": "Robert Ek", "language": "en", "time_zone": "Europe/Stockholm"}
    form |= {"theme": "system", "mail_notes": "never", "_key": str(uuid.uuid4())}
    sign_in(cast.bob).post("/settings/", form)

    assert SearchDocument.objects.get(pk=cast.bob.subject).title == "Robert Ek"


# The page -------------------------------------------------------------------------------------


def test_texts_and_labs_as_far_as_the_reader_sees_them(world: World, sign_in: SignIn) -> None:
    hidden, open_text = world["article_programme"], world["article_public"]
    for text in (hidden, open_text):
        text.authorships.get_or_create(author=world.cast.bob)
    url = f"/people/{world.cast.bob.pk}/"

    def titles(role: str) -> list[bool]:
        page = sign_in(world.person(role)).get(url).content.decode()
        return [text.get_absolute_url() in page for text in (open_text, hidden)]

    assert titles("coordinator") == [True, True]
    assert titles("foreign") == [True, False]


# What the database holds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "contact_once_each_way",
            "(%(bob)s, 'email', 'a', 'nobody'), (%(bob)s, 'email', 'b', 'public')",
        ),
        ("contact_says_something", "(%(bob)s, 'email', '', 'nobody')"),
        ("contact_way_known", "(%(bob)s, 'owl', 'a', 'nobody')"),
        ("contact_circle_known", "(%(bob)s, 'email', 'a', 'friends')"),
    ],
)
def test_the_database_refuses_contacts_by_sql(cast: Cast, name: str, rows: str) -> None:
    statement = f"INSERT INTO cities_contact (user_id, way, value, circle) VALUES {rows}"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        connection.cursor().execute(statement, {"bob": cast.bob.pk})


def test_the_database_refuses_an_unknown_listing(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="user_listing_known"), transaction.atomic():
        User.objects.filter(pk=cast.bob.pk).update(listing="ghost")


def test_roles_say_since_when(cast: Cast, sign_in: SignIn) -> None:
    Membership.objects.filter(user=cast.bob).update(
        started_at=dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
    )

    assert "4 March 2026" in sign_in(cast.rita).get(f"/people/{cast.bob.pk}/").content.decode()
