"""A page asks the database equally often at 1 and at 30 rows, within its budget."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from cities.models import City
from hub import inbox, panels
from hub.backends import HubBackend
from tests.conftest import Cast
from tests.harness.counting import SILENT, questions
from tests.pages import Page, pages
from tests.worlds import World

#: A signed-in reader costs two more: the person with all keys, and a session on the way.
SIGNED_IN_MORE = 2

PAGES = list(pages())
LISTS = [page for page in PAGES if page.kind == "list"]


def readers(page: Page) -> list[str]:
    """The visitor where the page is open to one, and the first who signs in."""
    signed_in = [role for role in page.roles if role != "visitor"]
    return [role for role in page.roles if role == "visitor"] + signed_in[:1]


def enter(client: Client, world: World, role: str) -> None:
    client.logout()
    if (person := world.person(role)) is not None:
        client.force_login(person)


def test_pages_are_declared() -> None:
    assert len(LISTS) >= 3
    assert [str(page) for page in LISTS if page.row is None] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_stays_within_its_budget(page: Page, world: World, client: Client) -> None:
    for role in readers(page):
        enter(client, world, role)
        asked, response = questions(client, page.url(world))
        allowed = page.budget + (0 if role == "visitor" else SIGNED_IN_MORE)
        assert response.status_code == 200, role
        assert len(asked) <= allowed, "\n".join([f"{role}: {len(asked)}", *asked])


@pytest.mark.parametrize("page", LISTS, ids=str)
def test_list_asks_as_often_at_1_and_30_rows(page: Page, world: World, client: Client) -> None:
    assert page.row is not None
    page.row(world, 1)
    before = {}
    for role in readers(page):
        enter(client, world, role)
        before[role] = questions(client, page.url(world))
    for number in range(2, 31):
        page.row(world, number)
    for role in readers(page):
        enter(client, world, role)
        asked, response = questions(client, page.url(world))
        earlier, earlier_response = before[role]
        assert len(asked) == len(earlier), "\n".join(sorted(set(asked) - set(earlier)))
        assert len(response.content) > len(earlier_response.content), "the rows do not show"


def test_growing_page_is_noticed(cast: Cast, client: Client, settings: Any) -> None:
    """Negative control: a page with one question per row."""
    settings.ROOT_URLCONF = "tests.harness.n_plus_one_urls"
    few = len(questions(client, "/growing/")[0])
    for n in range(5):
        City.objects.create(name=f"C{n}", slug=f"c{n}", country="SE", latitude=60, longitude=15)
    assert len(questions(client, "/growing/")[0]) == few + 5


def things_at(world: World, place: str) -> list[Any]:
    """What stands at the place of a panel."""
    found: dict[str, list[str]] = {
        "city": ["lund", "malmo", "leuven"],
        "need": ["wish_seeks", "wish_offers", "wish_asked"],
        "organisation": ["university"],
        "programme": ["syd", "twinning"],
        "lab": ["lab_public", "lab_programme", "lab_draft"],
        "article": ["article_public", "article_programme"],
        "group": ["group_public"],
        "plan-step": ["step_part"],
        "person": ["bob", "rita"],
        "profile": ["bob", "mallory", "carol"],
    }
    names = [n for n in found.get(place, []) if n in world or hasattr(world.cast, n)]
    return [world[name] for name in names] if place in found else [None]


ALL_PANELS = [panel for place in panels.Place.__args__ for panel in panels.at(place)]


@pytest.mark.parametrize("panel", ALL_PANELS, ids=lambda p: f"{p.place}-{p.name}")
def test_panel_stays_within_its_budget(panel: panels.Panel, world: World) -> None:
    for role in ("visitor", "staff", "coordinator"):
        person = world.person(role)
        for thing in things_at(world, panel.place):
            request = RequestFactory().get("/")
            request.user = HubBackend().get_user(person.pk) if person else AnonymousUser()
            # The frame asks it once for a page, whatever panels stand on it.
            inbox.unread_count(request.user)
            with CaptureQueriesContext(connection) as captured:
                context = panel.source(request, thing)
                if context is not None:
                    get_template(panel.template).render(context, request)
            asked = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(SILENT)]
            assert len(asked) <= panel.queries, "\n".join([f"{role}, {thing}:", *asked])
