"""The directory: found by words and choices, counted, and unlisted without a trace."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from cities.enums import Circle, Role, Way
from cities.models import Domain, Membership
from cities.people import actions as memberships
from cities.people.permissions import can_keep_people
from cities.profiles import actions, documents, finding
from hub import search
from hub.actions.people import disable_person
from hub.enums import Listing
from hub.models import Event, Notification, SearchDocument, User
from hub.search.typos import corrected
from tests.conftest import Cast
from tests.worlds.people import record

SignIn = Callable[[User | None], Client]


def names(client: Client, **wanted: str) -> list[str]:
    page = client.get("/people/", wanted).content.decode()
    return re.findall(r'<h2 class="entry-title"><a href="/people/\d+/">([^<]+)</a>', page)


# The directory --------------------------------------------------------------------------------


@pytest.fixture
def known(cast: Cast) -> Cast:
    heat = Domain.objects.create(code="energy", name_en="Energy systems", name_sv="Energisystem")
    record(cast.bob, said={"expertise": "district heating", "languages": ["sv"]})
    cast.bob.profile.domains.set([heat])
    record(cast.rita, said={"about": "I study fjärrvärme.", "languages": ["sv", "en"]})
    documents.put_people()
    while search.learn():
        pass
    return cast


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("district heating", ["Bob"]),
        ("heat", ["Bob"]),
        ("who knows district heating", ["Bob"]),
        ("knows district heating", ["Bob"]),
        ("distrct heating", ["Bob"]),
        ("fjarrvarme", ["Rita"]),
        ("bo", ["Bob"]),
        ("Leuven", ["Mallory"]),
        ("zzzz", []),
        ("%", []),
    ],
)
def test_words_find_with_stems_accents_and_slips(
    known: Cast, sign_in: SignIn, words: str, found: list[str]
) -> None:
    assert names(sign_in(known.carol), q=words) == found


def test_choices_narrow_and_say_how_many_they_show(known: Cast, sign_in: SignIn) -> None:
    client = sign_in(known.carol)

    assert names(client, knows="domain:energy") == ["Bob"]
    assert names(client, place="lund", role="lead") == ["Alice"]
    assert names(client, language="sv") == ["Bob", "Rita"]
    assert names(client, language="sv", place="University") == ["Rita"]
    page = client.get("/people/", {"place": "Lund"}).content.decode()
    options = re.findall(r'<option value="[^"]+"[^>]*>([^<]+)</option>', page)
    assert "Energy systems (1)" in options
    assert "City staff (1)" in options
    assert "svenska (2)" in options
    assert not [o for o in options if o.endswith("(0)")]


def test_the_count_is_of_those_shown(known: Cast) -> None:
    total, counts = finding.counts(known.carol, {"language": "sv"})

    assert (total, counts["language"]) == (2, {"sv": 2, "en": 1})


def test_nobody_is_counted_twice_for_two_roles(known: Cast) -> None:
    """Rita is a researcher and in the transition team, alice leads and is in it too."""
    total, counts = finding.counts(known.carol, {})

    assert total == 5
    assert counts["role"]["transition-team"] == 2


def test_the_directory_shows_no_address(known: Cast, sign_in: SignIn) -> None:
    page = sign_in(known.rita).get("/people/").content.decode()

    assert "@example.org" not in page.replace("rita@example.org", "").replace(
        "coordinator@example.org", ""
    )


def test_visitors_find_those_who_chose_it(known: Cast, sign_in: SignIn) -> None:
    assert names(sign_in(None)) == []
    actions.set_listing(person=known.bob, listing=Listing.PUBLIC)

    assert names(sign_in(None)) == ["Bob"]
    assert names(sign_in(None), q="district heating") == ["Bob"]
    assert sign_in(None).get(f"/people/{known.rita.pk}/").status_code == 404


# Unlisted -------------------------------------------------------------------------------------


def addresses(cast: Cast, who: User) -> list[str]:
    found = ["/people/", "/people/?q=Bob", "/people/?q=kanelbulle", "/people/?language=sv"]
    found += ["/people/?role=staff", "/search/?q=Bob", "/search/?q=kanelbulle", "/search/"]
    found += ["/search/?q=kanelbule", f"/people/{who.pk}/", "/knowledge/new/?kind=experience"]
    found += ["/cities/lund/", "/inbox/", "/cities/lund/people/", f"/people/{who.pk}/question/"]
    return found


def traces(client: Client, cast: Cast) -> list[str]:
    """Pages that name bob, link to him or hold his canary."""
    found = []
    for url in addresses(cast, cast.bob):
        page = client.get(url).content.decode().lower()
        # What was asked for, the answer may repeat.
        named = r"/people/\d+/" if "q=bob" in url.lower() else r"\bbob\b"
        if re.search(named, page) or "canary" in page:
            found.append(url)
    return found


@pytest.fixture
def unlisted(cast: Cast) -> Cast:
    Membership.objects.filter(user=cast.bob).delete()
    joined = {"place": cast.lund, "role": Role.STAFF, "by": cast.alice}
    memberships.start_membership(user=cast.bob, **joined)
    nils = User.objects.create(email="nils@example.org", name="Nils", language="en")
    memberships.start_membership(user=nils, **joined)
    record(
        cast.bob,
        contacts={Way.EMAIL: ("canary@example.net", Circle.PUBLIC)},
        said={"expertise": "kanelbulle", "languages": ["sv"], "title": "canary"},
    )
    while search.learn():
        pass
    event = Event.objects.get(verb="membership.started", actor=cast.bob)
    for person in (nils, cast.alice):
        Notification.objects.get_or_create(user=person, event=event)
    actions.set_listing(person=cast.bob, listing=Listing.UNLISTED)
    return cast


@pytest.mark.parametrize("role", ["visitor", "researcher", "foreign", "colleague"])
def test_unlisted_leaves_no_trace(unlisted: Cast, sign_in: SignIn, role: str) -> None:
    people = {**unlisted.by_role(), "colleague": User.objects.get(name="Nils")}

    assert traces(sign_in(people[role]), unlisted) == []


def test_the_same_pages_show_who_is_listed(unlisted: Cast, sign_in: SignIn) -> None:
    """Negative control: the walk would see a trace."""
    actions.set_listing(person=unlisted.bob, listing=Listing.SIGNED_IN)
    found = traces(sign_in(User.objects.get(name="Nils")), unlisted)

    assert {"/people/", "/people/?q=kanelbulle", "/search/?q=kanelbulle", "/inbox/"} <= set(found)
    assert {"/cities/lund/people/", "/knowledge/new/?kind=experience"} <= set(found)


def test_unlisted_is_in_no_count_and_no_suggestion(unlisted: Cast) -> None:
    total, counts = finding.counts(unlisted.rita, {})

    assert "language" not in counts
    assert (
        total
        == User.objects.visible_to(unlisted.rita)
        .filter(memberships__isnull=False)
        .exclude(pk=unlisted.bob.pk)
        .distinct()
        .count()
    )
    assert corrected(unlisted.rita, "kanelbule") == ""
    assert not SearchDocument.objects.filter(pk=unlisted.bob.subject).exists()


def test_who_keeps_the_people_still_sees_the_role(unlisted: Cast, sign_in: SignIn) -> None:
    for keeper in (unlisted.alice, unlisted.carol, unlisted.ada):
        page = sign_in(keeper).get("/cities/lund/people/").content.decode()
        assert re.search(r"\bBob\b", page)
        assert sign_in(keeper).get(f"/people/{unlisted.bob.pk}/").status_code == 404
    assert sign_in(unlisted.bob).get(f"/people/{unlisted.bob.pk}/").status_code == 200


def test_the_rows_rule_and_the_pages_rule_of_keepers_agree(unlisted: Cast) -> None:
    actions.set_listing(person=unlisted.rita, listing=Listing.UNLISTED)
    hidden = Membership.objects.filter(user__in=[unlisted.bob, unlisted.rita])
    for reader in (unlisted.alice, unlisted.carol, unlisted.ada, unlisted.mallory):
        seen = set(hidden.visible_to(reader))
        assert seen == {m for m in hidden if can_keep_people(reader, m.place)}


def test_a_closed_account_is_gone_from_search_and_back_again(known: Cast) -> None:
    disable_person(person=known.bob, by=known.ada)

    assert not SearchDocument.objects.filter(pk=known.bob.subject).exists()
    assert finding.counts(known.carol, {"language": "sv"})[0] == 1
