"""Follow-ups: who owes them, what is reminded, where they come back, and how they end."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cities.models import Membership
from hub.delivery.letters import Skip
from hub.delivery.sweep import sweep
from hub.models import Delivery, Event, User
from labs import actions, settling
from labs.actions import Wanted
from labs.enums import FollowUpState
from labs.models import Lab, Outcome
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import at, mark_sent, post
from tests.labs.minutes import begun, in_days, owe
from tests.labs.test_letters import compose, letter_of
from tests.smtp import Sink

MakeLab = Callable[..., Lab]
SignIn = Callable[[User | None], Client]


@pytest.fixture
def follow_up(cast: Cast, make_lab: MakeLab) -> Outcome:
    """Bob's, due in 30 days, from a published Lab of all cities."""
    return published(make_lab, cast.bob, cast.lund)


def published(make_lab: MakeLab, owner: Any, city: Any = None, **changes: Any) -> Outcome:
    minutes = begun(make_lab, **changes)
    found = owe(minutes, "Ask the heat company", owner, city)
    actions.publish_minutes(by=minutes.begun_by, minutes=minutes)
    return Outcome.objects.with_frame().get(pk=found.pk)


def due(state: str = "pending") -> list[tuple[str, int, datetime]]:
    rows = Delivery.objects.filter(kind="follow-up.reminder", state=state)
    return list(rows.order_by("due_at").values_list("user__name", "version", "due_at"))


def morning(days: int) -> datetime:
    return at(days, 8)


def test_the_owner_is_reminded_a_week_before_and_on_the_day(follow_up: Outcome) -> None:
    assert due() == [("Bob", 11, morning(23)), ("Bob", 12, morning(30))]


def test_a_city_without_a_person_is_reminded_through_its_leads(
    cast: Cast, make_lab: MakeLab
) -> None:
    published(make_lab, None, cast.lund)
    assert [name for name, _version, _at in due()] == ["Alice", "Alice"]
    given = Delivery.objects.filter(kind="follow-up.given")
    assert list(given.values_list("user__name", flat=True)) == ["Alice"]


def test_reminders_keep_their_hour_where_clocks_change(cast: Cast, make_lab: MakeLab) -> None:
    with time_machine.travel("2027-03-01T12:00:00Z", tick=False):
        minutes = begun(make_lab)
        wanted = Wanted("follow-up", "Ask", cast.bob, cast.lund, datetime(2027, 3, 31).date())  # noqa: DTZ001 - a date
        actions.add_outcome(by=cast.carol, minutes=minutes, wanted=wanted)
        actions.publish_minutes(by=cast.carol, minutes=minutes)
    assert [when for _name, _version, when in due()] == [
        datetime(2027, 3, 24, 7, tzinfo=UTC),
        datetime(2027, 3, 31, 6, tzinfo=UTC),
    ]


def test_what_is_settled_is_reminded_of_no_more_and_reopened_anew(
    cast: Cast, follow_up: Outcome
) -> None:
    done = actions.settle(by=cast.bob, follow_up=follow_up, state=FollowUpState.DONE, note="Agreed")
    assert (due(), len(due("superseded"))) == ([], 2)
    assert (done.settled_by, done.settled_note) == (cast.bob, "Agreed")
    assert Event.objects.filter(verb="follow-up.done", actor=cast.bob).count() == 1
    again = actions.settle(by=cast.carol, follow_up=follow_up, state=FollowUpState.DONE)
    assert again.settled_by == cast.bob
    with pytest.raises(Refused, match="settled this follow-up already"):
        actions.settle(by=cast.carol, follow_up=follow_up, state=FollowUpState.DROPPED, note="Late")
    actions.reopen(by=cast.carol, follow_up=follow_up)
    assert due() == [("Bob", 31, morning(23)), ("Bob", 32, morning(30))]


def test_another_owner_and_day_withdraw_what_waits(cast: Cast, follow_up: Outcome) -> None:
    actions.reassign(
        by=cast.carol,
        follow_up=follow_up,
        owner=cast.alice,
        city=cast.lund,
        due_on=in_days(40),
        from_version=1,
    )
    assert due() == [("Alice", 21, morning(33)), ("Alice", 22, morning(40))]
    given = Delivery.objects.filter(kind="follow-up.given").order_by("pk")
    assert list(given.values_list("user__name", "state")) == [
        ("Bob", "superseded"),
        ("Alice", "pending"),
    ]
    with pytest.raises(Refused, match="Ask the heat company"):
        actions.reassign(
            by=cast.carol,
            follow_up=follow_up,
            owner=cast.bob,
            city=None,
            due_on=in_days(40),
            from_version=1,
        )


@pytest.mark.django_db(transaction=True)
def test_the_mail_arrives_and_its_link_ends_the_matter(
    cast: Cast, make_lab: MakeLab, client: Client, smtp_sink: Sink
) -> None:
    follow_up = published(make_lab, cast.bob, cast.lund)
    sweep()
    (mail,) = [m for m in smtp_sink.to("bob@example.org") if "to do" in m.subject]
    assert mail.subject == "For you to do: Ask the heat company"
    body = mail.message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://localhost:8000(/labs/follow-ups/answer/\S+/)", body.get_content())
    assert found is not None
    path = found[1]
    for look in (client.get, client.head):
        assert look(path).status_code == 200
    follow_up.refresh_from_db()
    assert follow_up.is_open
    assert post(client, path, {"note": "They said yes"}).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.settled_by, follow_up.settled_note) == (
        "done",
        cast.bob,
        "They said yes",
    )
    assert "This is done" in client.get(path).content.decode()
    assert due() == []


def test_the_minutes_mail_names_what_its_reader_owes(cast: Cast, make_lab: MakeLab) -> None:
    lab = make_lab(audience="cities")
    actions.register(by=cast.alice, lab=lab, mode="online")
    Lab.objects.filter(pk=lab.pk).update(
        starts_at=timezone.now() - timedelta(hours=5), ends_at=timezone.now() - timedelta(hours=2)
    )
    minutes = actions.begin_minutes(by=cast.carol, lab=lab)
    own = owe(minutes, "Draw the map", cast.alice, cast.lund)
    owe(minutes, "Ask the heat company", cast.bob, cast.lund)
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    letter = letter_of("lab.minutes", cast.alice)
    assert letter.subject == "Minutes: District heating (1 follow-up for you)"
    for text in (letter.text, letter.html):
        assert "/labs/follow-ups/answer/" in text
        assert own.text in text
        assert "Ask the heat company" in text
        assert "Bob" in text


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        ("settle", "The follow-up was settled first."),
        ("reassign", "Somebody else has taken this follow-up on."),
        ("change", "The follow-up was changed first."),
        ("leave", "This person no longer belongs to those who may see the meeting."),
        ("delete", "The meeting is no longer there."),
    ],
)
def test_what_has_changed_since_is_seen_before_sending(
    cast: Cast, follow_up: Outcome, happens: str, reason: str
) -> None:
    row = Delivery.objects.filter(kind="follow-up.reminder").earliest("pk")
    day = {"due_on": in_days(30), "from_version": 1, "city": cast.lund}
    if happens == "settle":
        actions.settle(by=cast.bob, follow_up=follow_up, state=FollowUpState.DONE)
    elif happens == "reassign":
        actions.reassign(by=cast.carol, follow_up=follow_up, owner=cast.alice, **day)
    elif happens == "change":
        actions.reassign(by=cast.carol, follow_up=follow_up, owner=cast.bob, **day)
    elif happens == "leave":
        end(cast.bob, by=cast.carol)
    else:
        Outcome.objects.all().delete()
    row.user = User.objects.get(pk=cast.bob.pk)
    found = compose(row)
    assert isinstance(found, Skip)
    assert str(found.reason) == reason


def end(user: User, by: User) -> None:
    Membership.objects.filter(user=user).update(ended_at=timezone.now(), ended_by=by)


def test_whose_owner_has_left_is_marked_and_can_be_passed_on(
    cast: Cast, follow_up: Outcome, sign_in: SignIn
) -> None:
    end(cast.bob, by=cast.carol)
    client = sign_in(cast.carol)
    assert "The owner has left" in client.get("/labs/follow-ups/").content.decode()
    url = f"/labs/follow-ups/{follow_up.pk}/owner/"
    assert "Bob (has left)" in client.get(url).content.decode()
    owner = f"user:{cast.alice.pk}"
    data = {"owner": owner, "due_on": in_days(9).isoformat(), "version": follow_up.version}
    assert post(client, url, data).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.city) == (cast.alice, cast.lund)


def test_links_of_others_and_forged_ones_open_nothing(
    cast: Cast, follow_up: Outcome, client: Client
) -> None:
    foreign = settling.url_for(cast.alice, follow_up)
    taken = settling.url_for(cast.bob, follow_up)
    Outcome.objects.filter(pk=follow_up.pk).update(owner=cast.rita)
    for link in (foreign, taken, taken[:-3] + "abc/", "/labs/follow-ups/answer/x/"):
        path = link.removeprefix("http://localhost:8000")
        assert client.get(path).status_code == 404
        assert post(client, path).status_code == 404
    follow_up.refresh_from_db()
    assert follow_up.is_open


def test_dropping_needs_a_reason(cast: Cast, follow_up: Outcome, sign_in: SignIn) -> None:
    client, url = sign_in(cast.bob), f"/labs/follow-ups/{follow_up.pk}/settling/"
    answer = post(client, url, {"state": "dropped", "note": " "})
    assert (answer.status_code, "the others will ask" in answer.content.decode()) == (422, True)
    assert post(client, url, {"state": "eaten", "note": "x"}).status_code == 422
    assert post(client, url, {"state": "done", "note": "x" * 501}).status_code == 422
    follow_up.refresh_from_db()
    assert follow_up.is_open
    assert post(client, url, {"state": "dropped", "note": "No money"}).status_code == 302
    assert post(client, url, {"state": "open"}).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.settled_note) == ("open", "")


def test_a_button_on_a_list_leads_back_to_it_and_nowhere_else(
    cast: Cast, follow_up: Outcome, sign_in: SignIn
) -> None:
    client, url = sign_in(cast.bob), f"/labs/follow-ups/{follow_up.pk}/settling/"
    for wanted, leads_to in (
        ("/labs/", "/labs/"),
        ("https://evil.example/", f"/labs/follow-ups/{follow_up.pk}/"),
        ("//evil.example/", f"/labs/follow-ups/{follow_up.pk}/"),
    ):
        answer = post(client, url, {"state": "done", "next": wanted})
        assert answer.headers["Location"] == leads_to


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("mallory", 404), ("rita", 403)])
def test_others_cannot_settle_it(
    cast: Cast, follow_up: Outcome, sign_in: SignIn, who: str, status: int
) -> None:
    client = sign_in(getattr(cast, who))
    assert post(client, f"/labs/follow-ups/{follow_up.pk}/settling/").status_code == status
    follow_up.refresh_from_db()
    assert follow_up.is_open


def test_the_owner_sees_it_though_the_lab_was_for_others(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    follow_up = published(make_lab, cast.bob, cast.lund, audience="transition-team", title="Secret")
    page = sign_in(cast.bob).get(follow_up.get_absolute_url())
    assert (page.status_code, "Secret" in page.content.decode()) == (200, False)
    assert "Secret" not in letter_of("follow-up.given", cast.bob).text
    assert sign_in(cast.mallory).get(follow_up.get_absolute_url()).status_code == 404
    assert "Secret" in sign_in(cast.rita).get(follow_up.get_absolute_url()).content.decode()


def test_what_is_open_stands_before_the_next_agenda_only(
    cast: Cast, follow_up: Outcome, make_lab: MakeLab, sign_in: SignIn
) -> None:
    following = make_lab(title="Next", audience="cities")
    later = make_lab(title="Later", audience="cities", starts_at=at(200), ends_at=at(200, 16))
    draft = make_lab("draft", title="Draft", starts_at=at(50), ends_at=at(50, 16))
    client = sign_in(cast.carol)

    def shown(lab: Lab) -> bool:
        page = client.get(lab.get_absolute_url()).content.decode()
        heading, agenda = page.find("Open since the last Lab"), page.find("agenda-heading")
        assert heading < agenda
        return heading > 0

    assert [shown(lab) for lab in (draft, following, later)] == [True, True, False]
    page = sign_in(cast.bob).get(following.get_absolute_url()).content.decode()
    assert f'action="/labs/follow-ups/{follow_up.pk}/settling/"' in page
    actions.settle(by=cast.bob, follow_up=follow_up, state=FollowUpState.DONE)
    client = sign_in(cast.carol)
    assert [shown(lab) for lab in (draft, following)] == [False, False]


def test_a_visitor_sees_before_an_agenda_only_what_was_public(
    cast: Cast, follow_up: Outcome, make_lab: MakeLab, client: Client
) -> None:
    following = make_lab(audience="open")
    assert "Open since" not in client.get(following.get_absolute_url()).content.decode()


def test_the_board_has_ones_own_first_then_city_by_city(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    for text, owner, city, days in (
        ("Rita's", cast.rita, None, 5),
        ("Malmö's", None, cast.malmo, 4),
        ("Alice's", cast.alice, cast.lund, 3),
        ("Bob's", cast.bob, cast.lund, 9),
        ("Lund's", None, cast.lund, 2),
    ):
        owe(minutes, text, owner, city, days)
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    groups = sign_in(cast.bob).get("/labs/follow-ups/").context["groups"]
    assert [(g.title, [line.outcome.text for line in g.lines]) for g in groups] == [
        ("Yours", ["Lund's", "Bob's"]),
        ("Lund", ["Alice's"]),
        ("Malmö", ["Malmö's"]),
        ("People without a city", ["Rita's"]),
    ]


def test_the_board_is_filtered(cast: Cast, follow_up: Outcome, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)

    def found(query: str) -> int:
        groups = client.get(f"/labs/follow-ups/{query}").context["groups"]
        return sum(len(group.lines) for group in groups)

    queries = ("", "?state=late", "?state=done", "?programme=twinning", "?state=nonsense")
    assert [found(q) for q in queries] == [1, 0, 0, 0, 1]
    Outcome.objects.update(due_on=in_days(-1))
    assert [found(q) for q in queries] == [1, 1, 0, 0, 1]
    actions.settle(by=cast.bob, follow_up=follow_up, state=FollowUpState.DONE)
    assert [found(q) for q in queries] == [0, 0, 1, 0, 0]


def test_today_shows_ones_own_and_the_desk_what_is_late(
    cast: Cast, follow_up: Outcome, sign_in: SignIn
) -> None:
    def shows(user: User, url: str) -> bool:
        return "Ask the heat company" in sign_in(user).get(url).content.decode()

    assert [shows(u, "/") for u in (cast.bob, cast.alice)] == [True, False]
    assert not shows(cast.carol, "/desk/")
    Outcome.objects.update(due_on=in_days(-1))
    assert shows(cast.carol, "/desk/")


def test_a_coordinator_sees_what_was_sent_about_it(
    cast: Cast, follow_up: Outcome, sign_in: SignIn
) -> None:
    mark_sent(Delivery.objects.filter(event=follow_up.subject, kind="follow-up.given"))
    url = follow_up.get_absolute_url()
    assert "bob@example.org" in sign_in(cast.carol).get(url).content.decode()
    assert "bob@example.org" not in sign_in(cast.alice).get(url).content.decode()


def test_the_year_of_a_programme_shows_what_is_open(
    cast: Cast, follow_up: Outcome, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    for number in range(6):
        owe(minutes, f"Thing {number}", cast.bob, cast.lund, days=31 + number)
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    page = sign_in(cast.carol).get("/labs/terms/learning-hub-syd/")
    texts = [line.outcome.text for line in page.context["open_lines"]]
    assert texts == ["Ask the heat company", "Thing 0", "Thing 1", "Thing 2", "Thing 3"]
    assert "All that are open" in page.content.decode()
    Outcome.objects.all().delete()
    page = sign_in(cast.carol).get("/labs/terms/learning-hub-syd/").content.decode()
    assert "Nothing that the Labs decided is left open." in page
