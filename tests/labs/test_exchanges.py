"""Exchanges of a twin group: who sees, plans and attends them, and in what words."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from cities.enums import Role
from cities.models import Membership
from cities.twinning.enums import GroupState
from cities.twinning.models import GroupMembership, TwinGroup
from hub import access
from hub.models import Delivery, Event, Follow, SearchDocument, User
from labs import actions, follow_ups
from labs.actions import Wanted
from labs.forms.outcomes import OutcomeForm
from labs.models import Lab, Minutes, Outcome
from labs.models.labs import hosted_by
from labs.permissions import audience_keys, can_coordinate, can_write_minutes, hosts, is_host
from tests.conftest import Cast, give_second_factor
from tests.labs.conftest import at, form_data, post
from tests.labs.test_letters import letter_of
from tests.labs.test_models import refused

SignIn = Callable[[User | None], Client]
GROUP = {"lead", "staff", "foreign"}
ALL = {"visitor", "lead", "staff", "coordinator", "researcher", "foreign", "admin"}


def begun(lab: Lab, days_ago: int = 1) -> Lab:
    now = timezone.now() - dt.timedelta(days=days_ago)
    times = {"starts_at": now - dt.timedelta(hours=3), "ends_at": now}
    Lab.objects.filter(pk=lab.pk).update(**times)
    return Lab.objects.with_frame().get(pk=lab.pk)


def owing(lab: Lab, by: User, owner: User, text: str = "Send the contract") -> Outcome:
    """Minutes that are published, with one follow-up."""
    minutes = actions.begin_minutes(by=by, lab=lab)
    due_on = timezone.localdate() + dt.timedelta(days=9)
    outcome = actions.add_outcome(
        by=by, minutes=minutes, wanted=Wanted("follow-up", text, owner, None, due_on)
    )
    actions.publish_minutes(by=by, minutes=minutes)
    return outcome


@pytest.mark.parametrize(
    ("state", "audience", "roles"),
    [
        ("draft", "group", {"lead"}),
        ("draft", "open", {"lead"}),
        ("published", "group", GROUP),
        ("published", "cities", GROUP),
        ("published", "open", ALL),
    ],
)
def test_an_exchange_is_seen_by_its_group(
    cast: Cast,
    make_exchange: Callable[..., Lab],
    sign_in: SignIn,
    state: str,
    audience: str,
    roles: set[str],
) -> None:
    lab = make_exchange(state, audience=audience)
    by_page, by_keys, by_condition, in_list, on_group = set(), set(), set(), set(), set()
    for role, user in cast.by_role().items():
        client = sign_in(user)
        page = client.get(lab.get_absolute_url())
        reader: Any = user or client.get("/labs/").context["user"]
        if page.status_code == 200:
            by_page.add(role)
        if access.opened_by(reader, audience_keys(lab)):
            by_keys.add(role)
        if Lab.objects.visible_to(reader).filter(pk=lab.pk).exists():
            by_condition.add(role)
        where = "/labs/?when=drafts" if state == "draft" else "/labs/"
        if lab.title in client.get(where).content.decode():
            in_list.add(role)
        if lab.title in client.get("/twinning/groups/leuven-lund/").content.decode():
            on_group.add(role)
    assert [by_page, by_keys, by_condition, in_list, on_group] == [roles] * 5


def test_the_coordinator_of_its_programme_conducts_it(
    cast: Cast, make_exchange: Callable[..., Lab], sign_in: SignIn
) -> None:
    chief = User.objects.create(email="chief@example.org", name="Chief", language="en")
    Membership.objects.create(user=chief, programme=cast.twinning, role=Role.COORDINATOR)
    give_second_factor(chief)
    lab = make_exchange("draft")
    assert post(sign_in(chief), f"{lab.get_absolute_url()}publication/").status_code == 302
    lab.refresh_from_db()
    assert lab.state == "published"


def test_a_lead_schedules_from_the_page_of_the_group(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    alice = sign_in(cast.alice)
    assert "/labs/new/?group=leuven-lund" in alice.get(group.get_absolute_url()).content.decode()
    form = alice.get("/labs/new/?group=leuven-lund").content.decode()
    assert re.search(r'<input[^>]*value="workshop"[^>]* checked', form)
    assert 'value="group" required id="id_audience_0" checked' in form
    data = form_data(kind="site-visit", audience="group", programme=None)
    assert post(alice, "/labs/new/?group=leuven-lund", data).status_code == 302
    lab = Lab.objects.get()
    facts = (lab.kind, lab.group, lab.programme, lab.audience, lab.created_by)
    assert facts == ("site-visit", group, cast.twinning, "group", cast.alice)


@pytest.mark.parametrize("role", ["staff", "foreign", "researcher", "coordinator", "admin"])
def test_who_does_not_lead_the_group_schedules_nothing_for_it(
    cast: Cast, group: TwinGroup, sign_in: SignIn, role: str
) -> None:
    client = sign_in(cast.by_role()[role])
    data = form_data(kind="workshop", audience="group")
    assert post(client, "/labs/new/?group=leuven-lund", data).status_code == 403
    assert Lab.objects.count() == 0


@pytest.mark.parametrize("changes", [{"kind": "learning-lab"}, {"audience": "transition-team"}])
def test_an_exchange_takes_no_words_of_a_learning_lab(
    cast: Cast, group: TwinGroup, sign_in: SignIn, changes: dict[str, str]
) -> None:
    data = form_data(kind="workshop", audience="group") | changes
    client = sign_in(cast.alice)
    assert post(client, "/labs/new/?group=leuven-lund", data).status_code == 422
    data = form_data(audience="group", programme=cast.syd.pk, kind="workshop")
    assert post(sign_in(cast.carol), "/labs/new/", data).status_code == 422
    assert Lab.objects.count() == 0


def test_a_group_that_was_withdrawn_plans_nothing(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    TwinGroup.objects.update(state=GroupState.WITHDRAWN)
    assert sign_in(cast.alice).get("/labs/new/?group=leuven-lund").status_code == 403


def test_only_the_group_is_invited(
    cast: Cast, group: TwinGroup, make_exchange: Callable[..., Lab]
) -> None:
    GroupMembership.objects.create(group=group, user=cast.rita)
    make_exchange(audience="open")
    invited = Delivery.objects.filter(kind="lab.invitation").values_list("user__name", flat=True)
    # Alice has scheduled it.
    assert set(invited) == {"Bob", "Mallory", "Rita"}


def test_the_leads_of_the_other_cities_are_guests(
    cast: Cast, group: TwinGroup, make_exchange: Callable[..., Lab], sign_in: SignIn
) -> None:
    cast.mallory.memberships.update(role=Role.LEAD)
    lab = make_exchange(nudge_days_before=(3,))
    mallory = User.objects.get(pk=cast.mallory.pk)
    assert (can_coordinate(mallory, lab), is_host(mallory, lab)) == (True, False)
    nudged = Delivery.objects.filter(kind="lab.nudge").values_list("user__name", flat=True)
    assert set(nudged) == {"Bob", "Mallory"}
    assert "Waiting for your answer" in sign_in(mallory).get("/").content.decode()
    assert "Waiting for your answer" not in sign_in(cast.alice).get("/").content.decode()


def test_a_host_is_the_same_by_key_and_by_condition(
    cast: Cast, make_lab: Callable[..., Lab], make_exchange: Callable[..., Lab]
) -> None:
    everybody = User.objects.all()
    for lab, names in ((make_lab(), {"Carol"}), (make_exchange(), {"Alice"})):
        assert {str(user) for user in everybody if is_host(user, lab)} == names
        assert {str(user) for user in everybody.filter(hosts(lab))} == names
        hosted = [user for user in everybody if Lab.objects.filter(hosted_by(user), pk=lab.pk)]
        assert {str(user) for user in hosted} == names


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "You are invited to a site visit of the twin group Leuven – Lund."),
        ("sv", "Du är inbjuden till ett studiebesök i tvillinggruppen Leuven – Lund."),
    ],
)
def test_mails_say_what_it_is(
    cast: Cast, make_exchange: Callable[..., Lab], language: str, words: str
) -> None:
    User.objects.filter(pk=cast.bob.pk).update(language=language)
    lab = make_exchange(kind="site-visit", title="The tram depot")
    letter = letter_of("lab.invitation", User.objects.get(pk=cast.bob.pk))
    for text in (letter.text, letter.html):
        assert words in text
        assert "Learning Lab" not in text.replace("Twinning Learning Programme", "")
    actions.register(by=cast.bob, lab=lab, mode="onsite")
    actions.cancel(by=cast.alice, lab=lab, reason="Snow")
    letter = letter_of("lab.cancellation", User.objects.get(pk=cast.bob.pk))
    gone = {"en": "The site visit will not take place", "sv": "Studiebesöket blir inte av"}
    assert gone[language] in letter.text


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("lab_exchange_has_group", "group_id = NULL"),
        ("lab_exchange_has_group", "kind = 'learning-lab'"),
        ("lab_exchange_has_group", "kind = 'party'"),
        ("lab_exchange_has_group", "audience = 'transition-team'"),
    ],
)
def test_an_exchange_has_a_group(
    make_exchange: Callable[..., Lab], constraint: str, change: str
) -> None:
    lab = make_exchange()
    refused(constraint, f"UPDATE labs_lab SET {change} WHERE id = %s", lab.pk)


def test_the_group_is_of_its_programme(cast: Cast, make_exchange: Callable[..., Lab]) -> None:
    sql = "UPDATE labs_lab SET programme_id = %s WHERE id = %s"
    refused("lab_group_of_its_programme", sql, cast.syd.pk, make_exchange().pk)


def test_a_learning_lab_has_no_group(make_lab: Callable[..., Lab], group: TwinGroup) -> None:
    sql = "UPDATE labs_lab SET group_id = %s WHERE id = %s"
    refused("lab_exchange_has_group", sql, group.pk, make_lab().pk)


def test_a_group_does_not_leave_its_exchanges_behind(
    cast: Cast, group: TwinGroup, make_exchange: Callable[..., Lab]
) -> None:
    make_exchange()
    sql = "UPDATE twinning_twingroup SET programme_id = %s WHERE id = %s"
    refused("group_of_its_exchanges_programme", sql, cast.syd.pk, group.pk)


def test_the_list_is_filtered_by_kind_and_the_term_counts_learning_labs(
    cast: Cast, make_exchange: Callable[..., Lab], make_lab: Callable[..., Lab], sign_in: SignIn
) -> None:
    make_exchange(title="A tram to ride")
    make_lab(title="Heat below ground")
    alice = sign_in(cast.alice)
    page = alice.get("/labs/?kind=workshop").content.decode()
    assert ("A tram to ride" in page, "Heat below ground" in page) == (True, False)
    page = alice.get("/labs/?kind=learning-lab").content.decode()
    assert ("A tram to ride" in page, "Heat below ground" in page) == (False, True)
    GroupMembership.objects.filter(user=cast.alice).delete()
    Membership.objects.create(user=cast.alice, programme=cast.twinning, role=Role.REVIEWER)
    year = at(100).year
    term = sign_in(cast.alice).get(f"/labs/terms/{cast.twinning.slug}/?year={year}")
    assert (term.status_code, term.context["labs"]) == (200, [])


def test_it_is_told_found_and_followed_in_its_own_words(
    cast: Cast, group: TwinGroup, make_exchange: Callable[..., Lab]
) -> None:
    Follow.objects.create(user=cast.mallory, subject=group.subject)
    lab = make_exchange()
    event = Event.objects.get(verb="exchange.published")
    assert group.subject in event.subjects
    found = SearchDocument.objects.get(key=lab.subject)
    assert (found.kind, set(found.audience)) == ("exchange", set(audience_keys(lab)))


def test_the_group_writes_minutes_and_owes_what_comes_out(
    cast: Cast, make_exchange: Callable[..., Lab], sign_in: SignIn
) -> None:
    lab = begun(make_exchange())
    may = {r for r, u in cast.by_role().items() if u and can_write_minutes(u, lab)}
    assert may == GROUP
    minutes = actions.begin_minutes(by=cast.bob, lab=lab)
    seen = {r for r, u in cast.by_role().items() if u and Minutes.objects.visible_to(u).exists()}
    assert seen == GROUP
    form = OutcomeForm(lab=lab, points=minutes.points.all())
    _blank, (_p, people), (_c, cities) = form.fields["owner"].choices  # type: ignore[attr-defined]
    assert {label.partition(",")[0] for _v, label in people} == {"Alice", "Bob", "Mallory"}
    assert [label for _v, label in cities] == ["Leuven", "Lund"]


def test_open_follow_ups_stand_before_the_next_of_the_same_group_only(
    cast: Cast, make_exchange: Callable[..., Lab], make_lab: Callable[..., Lab], sign_in: SignIn
) -> None:
    owing(begun(make_exchange(title="The first visit")), cast.alice, cast.mallory)
    owing(begun(make_lab()), cast.carol, cast.bob, text="Count the heat pumps")
    again, lab = make_exchange(), make_lab()
    before = [line.outcome.text for line in follow_ups.open_before(again, cast.alice)]
    assert before == ["Send the contract"]
    before = [line.outcome.text for line in follow_ups.open_before(lab, cast.alice)]
    assert before == ["Count the heat pumps"]
    page = sign_in(cast.mallory).get("/twinning/groups/leuven-lund/").content.decode()
    assert ("Send the contract" in page, "The first visit" in page) == (True, True)
    page = sign_in(None).get("/twinning/groups/leuven-lund/").content.decode()
    assert ("Send the contract" in page, "The first visit" in page) == (False, False)


def test_a_published_exchange_only_becomes_wider(
    cast: Cast, make_exchange: Callable[..., Lab], sign_in: SignIn
) -> None:
    lab = make_exchange(audience="open")
    data = form_data(kind="workshop", audience="group", version=lab.version, confirmed="1")
    answer = post(sign_in(cast.alice), f"{lab.get_absolute_url()}edit/", data)
    assert answer.status_code == 422
    assert "it can only become wider" in answer.content.decode()


def test_a_city_shows_its_own_exchanges_only(
    cast: Cast, make_exchange: Callable[..., Lab], sign_in: SignIn
) -> None:
    lab = make_exchange(audience="open")
    pages = [sign_in(None).get(f"/cities/{slug}/").content.decode() for slug in ("leuven", "malmo")]
    assert [lab.title in page for page in pages] == [True, False]


def test_swedish_knows_every_kind() -> None:
    with translation.override("sv"):
        lab = Lab(kind="online-meeting")
        assert (lab.the, lab.one) == ("onlinemötet", "ett onlinemöte")
