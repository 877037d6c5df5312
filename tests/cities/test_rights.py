"""What people may do, and because of which role: asked of the functions that the pages ask."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from cities.enums import Role
from cities.models import Membership
from cities.people import rights
from cities.profiles.actions import set_listing
from hub import access, capabilities
from hub.enums import Listing
from hub.models import User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]


def of(user: User) -> dict[str, dict[str, list[str]]]:
    """Place → what may be done there → the roles that let one."""
    found = rights.of(user, rights.roles_of(user))
    return {
        str(at.place): {str(r.label): [m.role for m in r.because] for r in at.rights}
        for at in found
    }


def test_each_right_names_the_role_it_comes_from(cast: Cast) -> None:
    """Alice leads Lund, which is in Learning Hub Syd, and is in its transition team."""
    mine = of(cast.alice)

    assert mine["Lund"] == {
        "State what the city seeks and offers": ["lead"],
        "Edit the city's profile": ["lead"],
        "See who is a member": ["lead"],
        "Invite people, change and end their roles": ["lead"],
        "Write experiences and case notes for the city": ["lead"],
        "Say yes or no to the city's matches": ["lead"],
    }
    assert mine["Learning Hub Syd"] == {
        "See who is a member": ["lead", "transition-team"],
        "See the terms and their knowledge areas": ["lead", "transition-team"],
    }


def test_twinning_names_what_its_roles_may_do(cast: Cast) -> None:
    Membership.objects.create(user=cast.rita, programme=cast.syd, role=Role.REVIEWER)
    calls = "Open calls, match cities and bring twin groups together"
    reviews = "Review the applications that are assigned to one"
    assert of(cast.carol)["Learning Hub Syd"][calls] == ["coordinator"]
    assert of(cast.rita)["Learning Hub Syd"][reviews] == ["reviewer"]
    assert calls not in of(cast.rita)["Learning Hub Syd"]


def test_what_one_may_not_is_not_there(cast: Cast) -> None:
    assert "Edit the city's profile" not in of(cast.bob)["Lund"]
    assert of(cast.ada) == {}


def test_a_coordinator_reads_what_may_be_done_in_the_cities(cast: Cast) -> None:
    [at] = rights.of(cast.carol, rights.roles_of(cast.carol))

    assert [(str(label), n) for label, n in at.in_cities] == [
        ("Invite people, change and end their roles", 2)
    ]


def test_each_role_alone_gives_what_the_keys_of_all_give(cast: Cast) -> None:
    """The keys of single roles, put together, are those that the database reads at once."""
    for user in (cast.alice, cast.bob, cast.carol, cast.rita, cast.mallory):
        held = {key for role in rights.roles_of(user) for key in rights.keys_from(role)}
        own = {access.PUBLIC, access.SIGNED_IN, access.key("user", user.pk)}
        assert held | own == User.objects.get(pk=user.pk).access_keys


def test_a_right_whose_function_says_no_is_gone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the page asks the function and keeps no list of its own."""
    known = capabilities._known["city.edit"]
    changed = capabilities.Capability(known.code, known.at, known.label, lambda user, city: False)
    monkeypatch.setitem(capabilities._known, "city.edit", changed)

    assert "Edit the city's profile" not in of(cast.alice)["Lund"]


def test_an_ended_role_gives_nothing_more(cast: Cast, sign_in: SignIn) -> None:
    assert "Lund" in sign_in(cast.bob).get("/settings/rights/").content.decode()
    Membership.objects.filter(user=cast.bob).delete()

    page = sign_in(cast.bob).get("/settings/rights/").content.decode()
    assert "You have no role yet" in page


def test_the_admin_reads_why(cast: Cast, sign_in: SignIn) -> None:
    Membership.objects.create(user=cast.ada, city=cast.leuven, role=Role.STAFF)

    page = sign_in(cast.ada).get("/settings/rights/").content.decode()
    assert "You are platform admin" in page
    assert "because you are platform admin" in page


def test_without_a_second_factor_less_is_there_and_it_says_so(cast: Cast, sign_in: SignIn) -> None:
    cast.carol.authenticator_set.all().delete()

    page = sign_in(cast.carol).get("/settings/rights/").content.decode()
    assert "waits for your second factor" in page
    assert "Schedule and conduct Learning Labs" not in page


def test_keepers_read_who_may_do_what_here(cast: Cast, sign_in: SignIn) -> None:
    set_listing(person=cast.bob, listing=Listing.UNLISTED)
    page = sign_in(cast.alice).get("/cities/lund/people/rights/").content.decode()
    rows = re.findall(r'<tr><th scope="row">(\w+)<br>.*?</tr>', page, re.DOTALL)
    body = page[page.index("<tbody>") :]
    yes = {name: body.split(name, 1)[1].split("</tr>", 1)[0].count("Yes") for name in rows}

    assert yes == {"Alice": 6, "Bob": 3}
    assert sign_in(cast.bob).get("/cities/lund/people/rights/").status_code == 403
