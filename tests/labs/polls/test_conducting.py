"""A coordinator asks, extends, reminds, decides and cancels."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import Max
from django.test import Client
from django.utils import timezone

from cities.models import KnowledgeArea
from hub.models import Delivery, Event
from labs.models import Lab, Poll, PollOption
from labs.polls import actions, notices
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import at, post
from tests.labs.polls.conftest import MAYBE, NO, YES, a_poll_plan, close, poll_data, vote

CLOCK = "2026-11-21T12:00:00Z"


@pytest.fixture
def carol(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(cast.carol)


def owed(kind: str, state: str = "pending") -> list[str]:
    rows = Delivery.objects.filter(kind=f"poll.{kind}", state=state).order_by("user__name")
    return list(rows.values_list("user__name", flat=True))


def test_a_poll_is_asked_after_its_receivers_were_shown(carol: Client, cast: Cast) -> None:
    data = poll_data(programme=cast.syd.pk, confirmed=None)
    shown = post(carol, "/labs/polls/new/", data)
    assert shown.status_code == 200
    assert "Ask 2 people" in shown.content.decode()
    assert [user.name for user, _home in shown.context["asked"]] == ["Alice", "Rita"]
    assert (Poll.objects.count(), Delivery.objects.count()) == (0, 0)
    response = post(carol, "/labs/polls/new/", data | {"confirmed": "1"})
    poll = Poll.objects.get()
    assert response.url == poll.get_absolute_url()
    assert list(poll.options.values_list("starts_at", flat=True)) == [at(40), at(41, 9)]
    assert (poll.closes_at, poll.state, poll.created_by) == (at(14, 17), "open", cast.carol)
    assert owed("invitation") == ["Alice", "Rita"]
    due = Delivery.objects.filter(kind="poll.reminder").values_list("due_at", flat=True)
    assert list(due) == [at(14, 17) - timedelta(days=1)] * 2
    assert Event.objects.latest("pk").verb == "poll.opened"


def test_a_fresh_poll_closes_at_five_on_a_day_to_be_chosen(carol: Client) -> None:
    page = carol.get("/labs/polls/new/").content.decode()
    hour, day = (
        re.search(rf'<input[^>]* name="{name}"[^>]*>', page)
        for name in ("closes_hour", "closes_on")
    )
    assert hour
    assert day
    assert ('value="17:00"' in hour[0], "value=" in day[0]) == (True, False)
    assert "Choose a day before the first of the dates." in page


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"place": "", "is_online": None}, "place", "Give a place, or say that one can take part online."),
        ({"minutes": "5"}, "minutes", "Ensure this value is greater than or equal to 15."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "“Mars/Olympus” is no time zone that we know."),
        ({"closes_on": "2020-01-01"}, "closes_on", "This time has already passed. Choose a later one."),
        ({"closes_on": "9999-12-31"}, "closes_on", "Give a day between the years 1900 and 2199."),
        ({"closes_hour": "25:99"}, "closes_hour", "Write the hour like 13:00."),
        ({"audience": "chosen-cities"}, "cities", "Choose at least one city."),
        ({"dates-0-day": "", "dates-0-begins": ""}, "__all__", "Give at least two dates to choose between."),
        ({f"dates-{n}-{f}": "" for n in (0, 1) for f in ("day", "begins")}, "__all__",
         "Give at least two dates to choose between."),
        ({"dates-1-begins": ""}, "__all__", "A date below cannot be used; the reason stands beside it."),
        ({"dates-1-day": "9 mars"}, "__all__", "A date below cannot be used; the reason stands beside it."),
        ({"dates-1-day": "2020-01-01"}, "__all__", "A date below cannot be used; the reason stands beside it."),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_asks_nobody(
    carol: Client, cast: Cast, changes: dict[str, Any], field: str, sentence: str
) -> None:
    response = post(carol, "/labs/polls/new/", poll_data(programme=cast.syd.pk, **changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors[field]) == [sentence]
    assert (Poll.objects.count(), Delivery.objects.count()) == (0, 0)
    if "place" not in changes:
        assert 'value="Stadshuset"' in response.content.decode()


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (("2027-03-28", "02:30"), "begins",
         "Clocks in Stockholm are set forward on this day and never show 02:30. The nearest hours that exist are 01:30 and 03:30."),
        (("2027-10-31", "02:30"), "fold",
         "Clocks are set back on this day and show 02:30 twice. Choose which you mean."),
        (("2027-01-15", "09:00"), "day", "This date stands here twice."),
        (("2026-11-25", "09:00"), "day", "This date comes before the deadline for answers."),
        (("0001-01-01", "00:00"), "day", "Give a day between the years 1900 and 2199."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_date_stands_beside_it(
    carol: Client, cast: Cast, row: tuple[str, str], field: str, sentence: str
) -> None:
    with time_machine.travel(CLOCK):
        data = poll_data(programme=cast.syd.pk)
        data |= {"dates-0-day": "2027-01-15", "dates-0-begins": "09:00"}
        data |= {"dates-1-day": row[0], "dates-1-begins": row[1]}
        response = post(carol, "/labs/polls/new/", data)
    assert response.status_code == 422
    assert dict(response.context["rows"].forms[1].errors) == {field: [sentence]}
    assert Poll.objects.count() == 0


def test_an_hour_that_comes_twice_can_be_chosen(carol: Client, cast: Cast) -> None:
    with time_machine.travel(CLOCK):
        data = poll_data(programme=cast.syd.pk)
        data |= {"dates-1-day": "2027-10-31", "dates-1-begins": "02:30", "dates-1-fold": "1"}
        assert post(carol, "/labs/polls/new/", data).status_code == 302
    last = PollOption.objects.aggregate(last=Max("starts_at"))["last"]
    assert last == datetime.fromisoformat("2027-10-31T01:30:00+00:00")


def test_twenty_dates_and_no_more(carol: Client, cast: Cast) -> None:
    def data(count: int) -> dict[str, Any]:
        today = timezone.localdate()
        rows = {"dates-TOTAL_FORMS": str(count)}
        for n in range(count):
            rows[f"dates-{n}-day"] = (today + timedelta(days=40 + n)).isoformat()
            rows[f"dates-{n}-begins"] = "13:00"
        return poll_data(programme=cast.syd.pk) | rows

    assert post(carol, "/labs/polls/new/", data(21)).status_code == 422
    assert Poll.objects.count() == 0
    assert post(carol, "/labs/polls/new/", data(20)).status_code == 302
    assert PollOption.objects.count() == 20


def test_a_foreign_programme_and_an_empty_audience_are_refused(carol: Client, cast: Cast) -> None:
    foreign = post(carol, "/labs/polls/new/", poll_data(programme=cast.twinning.pk))
    assert list(foreign.context["form"].errors) == ["programme"]
    nobody = poll_data(programme=cast.syd.pk, audience="chosen-cities", cities=[str(cast.malmo.pk)])
    response = post(carol, "/labs/polls/new/", nobody)
    assert list(response.context["form"].errors) == ["audience"]
    outside = poll_data(
        programme=cast.syd.pk, audience="chosen-cities", cities=[str(cast.leuven.pk)]
    )
    assert list(post(carol, "/labs/polls/new/", outside).context["form"].errors) == ["cities"]
    assert (Poll.objects.count(), Delivery.objects.count()) == (0, 0)


def test_the_add_button_keeps_what_was_typed(carol: Client, cast: Cast) -> None:
    data = poll_data(programme=cast.syd.pk, title="Half", dates_button="add")
    response = post(carol, "/labs/polls/new/", data)
    page = response.content.decode()
    assert response.status_code == 200
    assert (len(response.context["rows"].forms), response.context["rows"].focus_row) == (5, 4)
    assert 'value="Half"' in page
    assert Poll.objects.count() == 0


def test_chosen_cities_are_asked_and_see_it_and_nobody_else(
    make_poll: Callable[..., Poll], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    poll = make_poll(audience="chosen-cities", cities=(cast.lund,))
    assert owed("invitation") == ["Alice", "Bob"]
    seen = {
        role
        for role, user in cast.by_role().items()
        if sign_in(user).get(poll.get_absolute_url()).status_code == 200
    }
    assert seen == {"lead", "staff", "coordinator"}
    page = sign_in(cast.alice).get(poll.get_absolute_url()).content.decode()
    assert ("Everybody in these cities: Lund" in page, "that I choose" in page) == (True, False)
    assert Event.objects.get().audience == sorted(
        [f"city:{cast.lund.pk}", f"programme:{cast.syd.pk}:coordinator"]
    )


def test_everything_can_change_while_nobody_has_voted(
    poll: Poll, carol: Client, cast: Cast
) -> None:
    Delivery.objects.filter(kind="poll.invitation", user=cast.rita).update(
        state="sent", settled_at=timezone.now()
    )
    data = poll_data(title="Cold", audience="cities", version=poll.version)
    response = post(carol, f"{poll.get_absolute_url()}edit/", data)
    assert response.status_code == 302
    poll.refresh_from_db()
    assert (poll.title, poll.audience, poll.version) == ("Cold", "cities", 2)
    assert list(poll.options.values_list("starts_at", flat=True)) == [at(40), at(41, 9)]
    assert "Rita" in owed("change")
    assert owed("invitation") == ["Alice", "Bob", "Carol"]


def test_after_the_first_vote_only_dates_and_time_are_added(
    poll: Poll, carol: Client, cast: Cast
) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    with pytest.raises(Refused, match="Somebody has voted meanwhile"):
        actions.change(by=cast.carol, poll=poll, plan=a_poll_plan(title="Cold"), from_version=1)
    local = at(20, 17)
    data = {
        "closes_on": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "closes_hour": "17:00",
        "version": poll.version,
        "title": "Cold",
        "dates-TOTAL_FORMS": "1",
        "dates-INITIAL_FORMS": "0",
        "dates-0-day": (timezone.localdate() + timedelta(days=60)).isoformat(),
        "dates-0-begins": "13:00",
    }
    assert post(carol, f"{poll.get_absolute_url()}edit/", data).status_code == 302
    poll.refresh_from_db()
    assert (poll.title, poll.closes_at) == ("Heat from the neighbours", local)
    assert list(poll.options.values_list("starts_at", flat=True)) == [
        at(40), at(41, 9), at(47), at(60),
    ]  # fmt: skip
    assert owed("change") == ["Alice"]
    assert {
        row.due_at for row in Delivery.objects.filter(kind="poll.reminder", state="pending")
    } == {local - timedelta(days=1)}


@pytest.mark.parametrize(
    ("days", "version", "sentence"),
    [
        (5, 1, "The deadline can only be moved to a later time."),
        (14, 1, "Add a date or move the deadline; nothing has changed yet."),
        (20, 9, "Somebody else has changed this poll since you opened it. Look at it once more."),
        (45, 1, "The first of the dates comes before this deadline."),
    ],
)
def test_an_extension_that_breaks_a_promise_is_refused(
    poll: Poll, carol: Client, cast: Cast, days: int, version: int, sentence: str
) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    data = {
        "closes_on": (timezone.localdate() + timedelta(days=days)).isoformat(),
        "closes_hour": "17:00",
        "version": version,
        "dates-TOTAL_FORMS": "0",
        "dates-INITIAL_FORMS": "0",
    }
    response = post(carol, f"{poll.get_absolute_url()}edit/", data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    poll.refresh_from_db()
    assert (poll.closes_at, poll.version) == (at(14, 17), 1)


def test_only_those_shown_who_have_not_voted_are_reminded(
    make_poll: Callable[..., Poll], carol: Client, cast: Cast
) -> None:
    poll = make_poll(audience="cities")
    vote(poll, cast.alice, YES, NO, MAYBE)
    shown = carol.get(f"{poll.get_absolute_url()}reminder/").context
    assert [user.name for user, _home in shown["people"]] == ["Bob", "Carol", "Rita"]
    # Bob votes between the list and the press; Mallory's id was typed in by hand.
    vote(poll, cast.bob, YES, NO, MAYBE)
    people = f"{shown['ids']},{cast.mallory.pk},{cast.alice.pk}"
    response = post(carol, f"{poll.get_absolute_url()}reminder/", {"people": people})
    assert response.url == poll.get_absolute_url()
    now = Delivery.objects.filter(kind="poll.reminder", state="pending", due_at__lte=timezone.now())
    assert sorted(now.values_list("user__name", flat=True)) == ["Carol", "Rita"]
    poll.refresh_from_db()
    assert poll.reminded_by == cast.carol
    again = post(carol, f"{poll.get_absolute_url()}reminder/", {"people": people})
    assert again.status_code == 422
    assert "Wait an hour before the next one." in again.content.decode()
    assert now.count() == 2


@pytest.mark.parametrize("people", ["", "1;2", "1,,2", "a", "-1", "9" * 40])
def test_a_broken_list_reminds_nobody(poll: Poll, carol: Client, people: str) -> None:
    response = post(carol, f"{poll.get_absolute_url()}reminder/", {"people": people})
    assert response.status_code == 422
    poll.refresh_from_db()
    assert poll.reminded_at is None


def test_voting_withdraws_ones_own_reminder(poll: Poll, cast: Cast) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    assert owed("reminder") == ["Rita"]
    assert owed("reminder", "superseded") == ["Alice"]
    assert owed("invitation", "superseded") == ["Alice"]


def test_twelve_are_asked_nine_vote_and_three_are_reminded(
    poll: Poll, carol: Client, cast: Cast, make_people: Callable[..., Any]
) -> None:
    people = make_people(10)
    for person in [*people[:8], cast.alice]:
        vote(poll, person, YES, MAYBE, NO)
    page = carol.get(f"{poll.get_absolute_url()}reminder/")
    assert "Remind 3 people" in page.content.decode()
    post(carol, f"{poll.get_absolute_url()}reminder/", {"people": page.context["ids"]})
    sent = Delivery.objects.filter(kind="poll.reminder", due_at__lte=timezone.now())
    assert sorted(sent.values_list("user__name", flat=True)) == ["Rita", "Team 008", "Team 009"]


def test_dates_are_ranked_by_yes_then_by_need_then_by_time(
    poll: Poll, carol: Client, cast: Cast, make_people: Callable[..., Any]
) -> None:
    first, second = make_people(2)
    vote(poll, first, NO, YES, YES)
    vote(poll, second, YES, MAYBE, MAYBE)
    vote(poll, cast.alice, NO, YES, YES)
    lines = carol.get(poll.get_absolute_url()).context["lines"]
    shown = [
        (line.date.option.starts_at, line.yes, line.if_need_be, line.missing, line.rank)
        for line in lines
    ]
    assert shown == [
        (at(41, 9), 2, 1, (), 1),
        (at(47), 2, 1, (), 1),
        (at(40), 1, 0, ("Alice", "Team 000"), 3),
    ]


def test_one_press_makes_the_date_a_draft_with_all_that_is_known(
    make_poll: Callable[..., Poll], carol: Client, cast: Cast
) -> None:
    area = KnowledgeArea.objects.create(code="heat", name_en="Heat", name_sv="Värme")
    poll = make_poll(knowledge_area=area, audience="cities")
    vote(poll, cast.alice, NO, YES, YES)
    option = poll.options.all()[1]
    response = post(carol, f"{poll.get_absolute_url()}decision/", {"option": option.pk})
    lab = Lab.objects.get()
    assert response.url == lab.get_absolute_url()
    assert (lab.state, lab.title, lab.starts_at, lab.ends_at, lab.time_zone) == (
        "draft", "Heat from the neighbours", at(41, 9), at(41, 12), "Europe/Stockholm",
    )  # fmt: skip
    assert (lab.knowledge_area, lab.audience, lab.place) == (area, "cities", "Stadshuset")
    assert (lab.seats_onsite, lab.seats_online, lab.summary) == (10, 10, "Which pipe first?")
    poll.refresh_from_db()
    assert (poll.state, poll.lab, poll.chosen, poll.decided_by) == (
        "decided", lab, option, cast.carol,
    )  # fmt: skip
    assert owed("outcome") == ["Alice", "Bob", "Carol", "Rita"]
    assert owed("reminder") == owed("invitation") == []
    assert Event.objects.latest("pk").verb == "poll.decided"
    again = post(carol, f"{poll.get_absolute_url()}decision/", {"option": option.pk})
    assert again.status_code == 422
    assert Lab.objects.count() == 1
    lab.delete()
    poll.refresh_from_db()
    assert (poll.state, poll.lab) == ("decided", None)


@pytest.mark.parametrize("option", ["", "x", "0", "99999999999999999999999"])
def test_a_date_that_is_not_the_polls_own_is_not_found(
    poll: Poll, carol: Client, option: str
) -> None:
    response = post(carol, f"{poll.get_absolute_url()}decision/", {"option": option})
    assert (response.status_code, Lab.objects.count()) == (404, 0)


def test_a_date_that_has_passed_cannot_be_chosen(poll: Poll, carol: Client) -> None:
    option = poll.options.first()
    assert option is not None
    PollOption.objects.filter(pk=option.pk).update(starts_at=at(-1))
    response = post(carol, f"{poll.get_absolute_url()}decision/", {"option": option.pk})
    assert response.status_code == 422
    assert "This date has already passed." in response.content.decode()
    assert Lab.objects.count() == 0


def test_a_cancelled_poll_tells_everybody_and_takes_no_votes(
    poll: Poll, carol: Client, cast: Cast
) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    post(carol, f"{poll.get_absolute_url()}cancellation/", {"reason": "No money"})
    poll.refresh_from_db()
    assert (poll.state, poll.cancellation_reason) == ("cancelled", "No money")
    assert owed("outcome") == ["Alice", "Rita"]
    with pytest.raises(Refused, match="The poll is over"):
        vote(poll, cast.rita, YES, NO, MAYBE)
    assert carol.get(f"{poll.get_absolute_url()}edit/").status_code == 403


def test_a_closed_poll_can_be_given_more_time(poll: Poll, cast: Cast) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    close(poll)
    actions.extend(by=cast.carol, poll=poll, starts=[], closes_at=at(9), from_version=1)
    poll.refresh_from_db()
    assert poll.takes_votes
    vote(poll, cast.rita, YES, NO, MAYBE)
    assert notices.non_voters(poll).count() == 0


def test_the_page_costs_the_same_with_30_votes_as_with_one(
    make_poll: Callable[..., Poll], carol: Client, cast: Cast, make_people: Callable[..., Any]
) -> None:
    from tests.harness.counting import questions

    small, large = make_poll(), make_poll(starts=tuple(at(40 + n) for n in range(20)))
    people = make_people(30)
    vote(small, people[0], YES, NO, MAYBE)
    for person in people:
        vote(large, person, *[YES] * 20)
    few, many = (questions(carol, poll.get_absolute_url())[0] for poll in (small, large))
    assert len(few) == len(many), "\n".join(set(many) - set(few))
