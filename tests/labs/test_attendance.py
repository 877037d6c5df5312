"""On the day: the code on the door, the list, and who came."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from hub.models import User
from labs import actions, answers, door
from labs.models import Lab, Registration
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import post

HERE = "attendance/"
LIST = "attendance/list/"


@pytest.fixture
def begun(make_lab: Callable[..., Lab], cast: Cast) -> Lab:
    """A Lab that began an hour ago; alice sits there, rita joins online."""
    lab = make_lab(audience="open")
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    actions.register(by=cast.rita, lab=lab, mode="online")
    move(lab, hours=-1)
    return lab


def move(lab: Lab, hours: float) -> None:
    start = timezone.now() + timedelta(hours=hours)
    Lab.objects.filter(pk=lab.pk).update(starts_at=start, ends_at=start + timedelta(hours=3))
    lab.refresh_from_db()


def marks() -> dict[str, tuple[str, str]]:
    rows = Registration.objects.attended().values_list(
        "user__name", "attended_mode", "attended_by__name"
    )
    return {name: (mode, by) for name, mode, by in rows}


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_the_code_on_the_door_marks_who_types_it(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client, url = sign_in(cast.alice), begun.get_absolute_url() + HERE
    address = door.url_of(begun).removeprefix("http://localhost:8000")
    assert f'value="{door.code_of(begun)}"' in client.get(address).content.decode()
    assert marks() == {}
    code = door.code_of(begun).lower()
    assert post(client, url, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    assert marks() == {"Alice": ("onsite", "Alice")}
    assert "You are marked as present" in client.get(url).content.decode()
    before = Registration.objects.get(user=cast.alice).attended_at
    actions.mark_oneself_present(by=cast.alice, lab=begun, code=code)
    assert Registration.objects.get(user=cast.alice).attended_at == before


@pytest.mark.parametrize("code", ["", "AAAAAA", "ÅÄÖ", "x" * 21, "' OR 1=1"])
def test_a_wrong_code_marks_nobody(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client], code: str
) -> None:
    response = post(sign_in(cast.alice), begun.get_absolute_url() + HERE, {"code": code})
    assert (response.status_code, list(errors_of(response)), marks()) == (422, ["code"], {})


def test_each_lab_has_its_own_code(make_lab: Callable[..., Lab]) -> None:
    codes = {door.code_of(make_lab(title=f"Lab {n}")) for n in range(5)}
    assert len(codes) == 5
    assert all(set(code) <= set(door.LETTERS) and len(code) == 6 for code in codes)


@pytest.mark.parametrize(
    ("hours", "is_open"), [(3, False), (1.9, True), (-26.9, True), (-27.1, False)]
)
def test_the_door_opens_two_hours_before_and_closes_a_day_after(
    begun: Lab, cast: Cast, hours: float, is_open: bool
) -> None:
    move(begun, hours)
    assert door.is_open(begun) is is_open
    if not is_open:
        with pytest.raises(Refused, match="two hours before"):
            actions.mark_oneself_present(by=cast.alice, lab=begun, code=door.code_of(begun))


def test_who_has_no_seat_is_not_marked(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client, url = sign_in(cast.bob), begun.get_absolute_url() + HERE
    assert "You have no seat here." in client.get(url).content.decode()
    assert post(client, url, {"code": door.code_of(begun)}).status_code == 422
    assert marks() == {}


def test_the_link_in_a_mail_and_the_code_mark_without_signing_in(
    begun: Lab, cast: Cast, client: Client
) -> None:
    link = answers.url_for(cast.rita, begun).removeprefix("http://localhost:8000")
    assert "Code on the door" in client.get(link).content.decode()
    assert client.head(link).status_code == 200
    assert marks() == {}
    wrong = post(client, link, {"present": "1", "code": "AAAAAA"})
    assert wrong.status_code == 422
    assert "This is not the code on the door." in wrong.content.decode()
    assert post(client, link, {"present": "1", "code": door.code_of(begun)}).status_code == 302
    assert marks() == {"Rita": ("online", "Rita")}
    assert "You are marked as present." in client.get(link).content.decode()


def test_coordinators_tick_people_off_and_take_it_back(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client, url = sign_in(cast.carol), begun.get_absolute_url() + LIST
    rita = Registration.objects.get(user=cast.rita)
    page = client.get(url).content.decode()
    assert (page.index("Rita") > page.index("Alice"), "of 2 with a seat" in page) == (True, True)
    response = post(client, f"{url}?q=rit", {"registration": rita.pk, "came": "onsite"})
    assert response.url == f"{url}?q=rit#person-{rita.pk}"
    assert marks() == {"Rita": ("onsite", "Carol")}
    assert dict(client.get(url).context["counts"]) == {"onsite": 1, "online": 0}
    post(client, url, {"registration": rita.pk, "came": "no"})
    assert marks() == {}
    shown = [row.user.name for row in client.get(f"{url}?q=LIC").context["page"]]
    assert shown == ["Alice"]


@pytest.mark.parametrize(
    "data",
    [{}, {"registration": "x", "came": "onsite"}, {"registration": "9" * 30, "came": "onsite"},
     {"registration": "7", "came": "astral"}, {"registration": "999999", "came": "onsite"}],
)  # fmt: skip
def test_a_press_that_names_nobody_marks_nobody(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client], data: dict[str, str]
) -> None:
    response = post(sign_in(cast.carol), begun.get_absolute_url() + LIST, data)
    assert (response.status_code, marks()) == (422, {})


def test_the_list_opens_two_hours_before_and_stays_open(begun: Lab, cast: Cast) -> None:
    alice = Registration.objects.get(user=cast.alice)
    move(begun, 3)
    with pytest.raises(Refused, match="opens two hours before"):
        actions.mark_present(by=cast.carol, lab=begun, registration=alice.pk, mode="onsite")
    move(begun, -500)
    actions.hold(by=cast.carol, lab=begun)
    actions.mark_present(by=cast.carol, lab=begun, registration=alice.pk, mode="onsite")
    assert marks() == {"Alice": ("onsite", "Carol")}


def test_a_registration_of_another_lab_is_not_marked_here(
    begun: Lab, cast: Cast, make_lab: Callable[..., Lab]
) -> None:
    other = make_lab(title="Other")
    foreign = actions.register(by=cast.alice, lab=other, mode="online")
    with pytest.raises(Refused):
        actions.mark_present(by=cast.carol, lab=begun, registration=foreign.pk, mode="online")


def test_who_gives_the_seat_back_was_not_there(begun: Lab, cast: Cast) -> None:
    actions.mark_oneself_present(by=cast.alice, lab=begun, code=door.code_of(begun))
    actions.cancel_registration(by=cast.alice, lab=begun)
    assert marks() == {}


@pytest.mark.parametrize(
    "change",
    [
        "attended_at = now()",
        "attended_by_id = user_id",
        "attended_mode = 'onsite'",
        "attended_at = now(), attended_by_id = user_id, attended_mode = 'astral'",
        "state = 'waiting', waitlist_number = 9, attended_mode = 'onsite'",
    ],
)
def test_the_database_knows_who_was_there_how_and_by_whom(
    begun: Lab, cast: Cast, change: str
) -> None:
    with (
        pytest.raises(IntegrityError, match="registration_attended_with_a_seat"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE labs_registration SET {change} WHERE user_id = %s", [cast.alice.pk])


def test_a_held_lab_counts_by_city_who_came(
    begun: Lab, cast: Cast, make_people: Callable[[int], list[User]], sign_in: Callable[..., Client]
) -> None:
    people = make_people(3)
    for user in people:
        Registration.objects.create(lab=begun, user=user, mode="onsite", state="seated")
    lund = [(person, "onsite") for person in people[:2]]
    for person, mode in [*lund, (cast.rita, "online")]:
        row = Registration.objects.get(user=person)
        actions.mark_present(by=cast.carol, lab=begun, registration=row.pk, mode=mode)
    client = sign_in(cast.alice)

    def shown() -> list[tuple[str, int, tuple[str, ...]]]:
        company = client.get(begun.get_absolute_url()).context["company"]
        return [(group.name, group.count, group.names) for group in company.delegations]

    # Before it is held the page says who comes, whoever stands at the door already.
    assert shown() == [
        ("Lund", 4, ("Alice", "Team 000", "Team 001", "Team 002")),
        ("Lund University", 1, ("Rita",)),
    ]
    actions.hold(by=cast.carol, lab=begun)
    assert shown() == [("Lund", 2, ("Team 000", "Team 001")), ("Lund University", 1, ("Rita",))]
    page = client.get(begun.get_absolute_url()).content.decode()
    assert "2 on site, 1 online." in page


@pytest.mark.parametrize("is_held", [False, True])
def test_what_is_over_offers_neither_seats_nor_a_way_in(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client], *, is_held: bool
) -> None:
    own = begun.registrations.get(user=cast.alice)
    actions.mark_present(by=cast.carol, lab=begun, registration=own.pk, mode="onsite")
    gone = ("left", "seats taken", "Join online", "/attendance/door/", begun.join_link)
    client = sign_in(cast.carol)
    page = client.get(begun.get_absolute_url()).content.decode()
    assert [words in page for words in gone] == [True] * len(gone)
    move(begun, hours=-5)
    if is_held:
        actions.hold(by=cast.carol, lab=begun)
    for user in (cast.carol, cast.rita, None):
        page = sign_in(user).get(begun.get_absolute_url()).content.decode()
        assert [words for words in gone if words in page] == []
        assert "1 of 2 people with a seat took part." in page
        assert "Who came</h2>" in page
        assert ("Held" if is_held else "Over") in page
    listed = client.get("/labs/?when=past").content.decode()
    assert ("Held" if is_held else "Over") in listed
    assert "Registration closed" not in listed


def test_where_nobody_was_counted_the_page_says_who_had_a_seat(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    move(begun, hours=-5)
    page = sign_in(cast.alice).get(begun.get_absolute_url()).content.decode()
    assert "2 people had a seat. Nobody was counted on the day." in page
    assert "Who had a seat</h2>" in page


def test_a_lab_held_before_its_end_is_joined_no_more(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.rita)
    assert begun.join_link in client.get(begun.get_absolute_url()).content.decode()
    actions.hold(by=cast.carol, lab=begun)
    assert begun.join_link not in client.get(begun.get_absolute_url()).content.decode()


def test_the_code_is_shown_until_it_no_longer_holds(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.carol)
    url, on_list = begun.get_absolute_url() + "attendance/door/", begun.get_absolute_url() + LIST
    for hours, holds in ((-26, True), (-28, False)):
        move(begun, hours=hours)
        page = client.get(url).content.decode()
        assert (door.code_of(begun) in page, "no longer holds" in page) == (holds, not holds)
        assert ("/attendance/door/" in client.get(on_list).content.decode()) is holds


def test_the_sheet_for_the_door_shows_code_and_picture(
    begun: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    page = sign_in(cast.carol).get(f"{begun.get_absolute_url()}attendance/door/").content.decode()
    assert door.code_of(begun) in page
    side, squares = door.qr_path(door.url_of(begun))
    assert f'viewBox="0 0 {side} {side}"' in page
    assert f'<path d="{squares}"/>' in page
    assert squares.count("M") > 300
