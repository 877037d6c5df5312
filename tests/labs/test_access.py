"""Who sees which Lab: the condition, the keys and the pages say the same."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from hub import access
from hub.models import Delivery, Event, SearchDocument, User
from labs import actions
from labs.models import Lab
from labs.permissions import audience_keys
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at

TEAM = {"lead", "researcher", "coordinator"}
PROGRAMME = {"lead", "staff", "researcher", "coordinator"}
ALL = {"visitor", "lead", "staff", "coordinator", "researcher", "foreign", "admin"}


@pytest.mark.parametrize(
    ("state", "audience", "roles"),
    [
        ("draft", "transition-team", {"coordinator"}),
        ("draft", "open", {"coordinator"}),
        ("published", "transition-team", TEAM),
        ("published", "cities", PROGRAMME),
        ("published", "open", ALL),
        ("cancelled", "transition-team", TEAM),
        ("cancelled", "open", ALL),
    ],
)
def test_a_lab_is_seen_by_its_audience_only(
    cast: Cast,
    make_lab: Callable[..., Lab],
    sign_in: Callable[[User | None], Client],
    state: str,
    audience: str,
    roles: set[str],
) -> None:
    lab = make_lab("draft" if state == "draft" else "published", audience=audience)
    if state == "cancelled":
        lab = actions.cancel(by=cast.carol, lab=lab, reason="Snow")
    by_page, by_keys, by_condition, in_list, in_feed = set(), set(), set(), set(), set()
    for role, user in cast.by_role().items():
        client = sign_in(user)
        reader: Any = user or client.get("/labs/").context["user"]
        if client.get(lab.get_absolute_url()).status_code == 200:
            by_page.add(role)
        if access.opened_by(reader, audience_keys(lab)):
            by_keys.add(role)
        if Lab.objects.visible_to(reader).filter(pk=lab.pk).exists():
            by_condition.add(role)
        where = "/labs/?when=drafts" if state == "draft" else "/labs/"
        if lab.title in client.get(where).content.decode():
            in_list.add(role)
        if lab.uid in client.get("/labs/calendar.ics").content.decode().replace("\r\n ", ""):
            in_feed.add(role)
    assert by_page == by_keys == by_condition == in_list == roles
    assert in_feed == (set() if state == "draft" else roles)


def test_events_and_search_carry_the_keys_and_follow_a_wider_audience(cast: Cast, lab: Lab) -> None:
    assert SearchDocument.objects.get(pk=lab.subject).audience == sorted(audience_keys(lab))
    assert Event.objects.get().audience == sorted(audience_keys(lab))
    lab = actions.change(
        by=cast.carol, lab=lab, plan=a_plan(audience="open"), from_version=lab.version
    )
    assert SearchDocument.objects.get(pk=lab.subject).audience == ["public"]
    assert Event.objects.get().audience == ["public"]


def test_a_draft_is_in_no_index_and_tells_nobody(make_lab: Callable[..., Lab]) -> None:
    make_lab("draft")
    assert (SearchDocument.objects.count(), Event.objects.count(), Delivery.objects.count()) == (
        0,
        0,
        0,
    )


@pytest.mark.parametrize("route", ["edit/", "publication/", "cancellation/", "held/"])
def test_only_coordinators_conduct_a_lab(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client], route: str
) -> None:
    lab = make_lab(audience="open")
    answers = {
        role: sign_in(user).get(f"{lab.get_absolute_url()}{route}").status_code
        for role, user in cast.by_role().items()
    }
    expected = dict.fromkeys(ALL, 403) | {"coordinator": 200, "visitor": 302}
    assert answers == expected


def test_join_link_is_shown_to_those_seated_online_only(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    lab = make_lab(audience="open")
    actions.register(by=cast.alice, lab=lab, mode="online")
    actions.register(by=cast.rita, lab=lab, mode="onsite")

    def seen() -> set[str]:
        return {
            role
            for role, user in cast.by_role().items()
            if lab.join_link in sign_in(user).get(lab.get_absolute_url()).content.decode()
        }

    assert seen() == {"coordinator"}
    with time_machine.travel(at(99, 13)):
        assert seen() == {"lead", "coordinator"}
    with time_machine.travel(at(100, 16)):
        assert seen() == set()


def test_names_are_for_the_programme_and_counts_for_all(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    lab = make_lab(audience="open")
    User.objects.filter(pk=cast.rita.pk).update(name="Rita Ekvall")
    actions.register(by=cast.rita, lab=lab, mode="onsite")
    seen = {
        role
        for role, user in cast.by_role().items()
        if "Rita Ekvall" in sign_in(user).get(lab.get_absolute_url()).content.decode()
    }
    assert seen == PROGRAMME
