"""Until when one registers, what one is asked, and who reads the answers."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from hub.models import User
from labs import actions, answers
from labs.actions import forgetting
from labs.models import Lab, Registration
from labs.questions import Question
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, form_data, post

CLOCK = "2026-11-21T12:00:00Z"
FOOD = Question(1, "What do you eat?", "choice", ("Everything", "Vegetarian"), is_required=True)
ASKED = [
    FOOD.as_row(),
    Question(2, "Do you need a ramp?", "yes-no").as_row(),
    Question(4, "Anything else?").as_row(),
]


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.fixture
def carol(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(cast.carol)


def closed(lab: Lab) -> None:
    Lab.objects.filter(pk=lab.pk).update(registers_until=timezone.now() - timedelta(minutes=1))


def test_after_the_deadline_nobody_registers_or_changes_but_seats_are_given_back(
    cast: Cast, lab: Lab
) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    closed(lab)
    for person, mode in ((cast.rita, "online"), (cast.alice, "onsite")):
        with pytest.raises(Refused, match="Registration has closed"):
            actions.register(by=person, lab=lab, mode=mode)
    assert list(Registration.objects.values_list("user__name", "mode")) == [("Alice", "online")]
    actions.cancel_registration(by=cast.alice, lab=lab)
    assert Registration.objects.get().state == "cancelled"


def test_the_next_in_line_still_moves_up_after_the_deadline(
    cast: Cast, make_lab: Callable[..., Lab]
) -> None:
    lab = make_lab(seats_onsite=1)
    for person in (cast.alice, cast.rita):
        actions.register(by=person, lab=lab, mode="onsite")
    closed(lab)
    actions.cancel_registration(by=cast.alice, lab=lab)
    assert Registration.objects.get(user=cast.rita).state == "seated"


def test_pages_say_that_registration_has_closed(
    cast: Cast, lab: Lab, sign_in: Callable[..., Client]
) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    link = answers.url_for(cast.alice, lab)
    closed(lab)
    client = sign_in(cast.alice)
    for url in (lab.get_absolute_url(), link.removeprefix("http://localhost:8000")):
        page = client.get(url).content.decode()
        assert "Registration has closed. You can still give a seat back." in page
        assert "Give my seat back" in page
        assert "Change how I take part" not in page
    assert (
        post(client, f"{lab.get_absolute_url()}registration/", {"mode": "onsite"}).status_code
        == 403
    )
    rita = sign_in(cast.rita).get(lab.get_absolute_url()).content.decode()
    assert "Registration closed" in rita
    assert 'id="register"' not in rita


def test_the_deadline_is_an_hour_on_the_labs_clock(carol: Client, cast: Cast) -> None:
    times = {"date": "2027-03-30", "time_zone": "Europe/Athens", "closes_day": "2027-03-26"}
    with time_machine.travel(CLOCK):
        assert (
            post(carol, "/labs/new/", form_data(programme=cast.syd.pk, **times)).status_code == 302
        )
        lab = Lab.objects.get()
        # 17:00 in Athens is 15:00 in UTC before clocks change on the 28th.
        assert lab.registers_until == datetime(2027, 3, 26, 15, tzinfo=UTC)
        actions.publish(by=cast.carol, lab=lab)
        page = carol.get(lab.get_absolute_url()).content.decode()
        assert "Register by Fri 26 March 2027, 17:00, Athens" in page
        form = carol.get(f"{lab.get_absolute_url()}edit/").context["form"]
        assert str(form["closes_hour"].value()) == "17:00:00"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"closes_day": 101}, "closes_day", "Registration must close before the start."),
        ({"closes_day": -1}, "closes_day", "This time has already passed. Choose a later one."),
        ({"closes_day": "then"}, "closes_day", "Write the date like 2027-03-09."),
        ({"closes_day": 90, "closes_hour": "25"}, "closes_hour", "Write the hour like 13:00."),
    ],
)
def test_a_deadline_that_cannot_be_is_refused(
    carol: Client, cast: Cast, changes: dict[str, Any], field: str, sentence: str
) -> None:
    typed = {n: day(v) if isinstance(v, int) else v for n, v in changes.items()}
    response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, **typed))
    assert (response.status_code, errors_of(response)) == (422, {field: [sentence]})


def test_a_series_closes_as_many_days_before_each(carol: Client, cast: Cast) -> None:
    data = form_data(programme=cast.syd.pk, closes_day=day(95), closes_hour="12:00", day_2=day(200))
    assert post(carol, "/labs/new/", data).status_code == 302
    until = Lab.objects.order_by("starts_at").values_list("registers_until", flat=True)
    assert list(until) == [at(95, 12), at(195, 12)]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("registers_until = starts_at + interval '1 second'", IntegrityError),
        ("questions = '[1, 2, 3, 4, 5, 6]'", IntegrityError),
        ("questions = '{}'", DataError),
    ],
)
def test_the_database_refuses_it_too(lab: Lab, change: str, error: type[Exception]) -> None:
    with pytest.raises(error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE labs_lab SET {change} WHERE id = %s", [lab.pk])


def test_questions_are_typed_asked_and_answered(
    carol: Client, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    rows = {
        "question_1": "What do you eat?", "kind_1": "choice", "required_1": "on",
        "choices_1": "Everything\r\n\r\nVegetarian",
        "question_2": "Do you need a ramp?", "kind_2": "yes-no",
        "question_4": "Anything else?", "kind_4": "text",
    }  # fmt: skip
    assert post(carol, "/labs/new/", form_data(programme=cast.syd.pk, **rows)).status_code == 302
    lab = Lab.objects.get()
    assert lab.questions == ASKED
    lab = actions.publish(by=cast.carol, lab=lab)
    url = f"{lab.get_absolute_url()}registration/"
    client = sign_in(cast.alice)
    refused = post(client, url, {"mode": "online", "answer_4": "Typed"})
    assert refused.status_code == 422
    assert 'value="Typed"' in refused.content.decode()
    given = {"mode": "online", "answer_1": "Vegetarian", "answer_2": "no", "answer_4": " Nuts\x07 "}
    assert post(client, url, given).status_code == 302
    assert Registration.objects.get().answers == {"1": "Vegetarian", "2": "no", "4": "Nuts"}
    again = client.get(lab.get_absolute_url()).context["form"]
    assert again["answer_1"].value() == "Vegetarian"
    assert post(client, url, given | {"answer_2": "yes"}).status_code == 302
    assert Registration.objects.get().answers["2"] == "yes"


def test_answers_also_come_by_the_signed_link(
    cast: Cast, make_lab: Callable[..., Lab], client: Client
) -> None:
    lab = make_lab(questions=ASKED)
    link = answers.url_for(cast.alice, lab).removeprefix("http://localhost:8000")
    assert post(client, link, {"mode": "online", "answer_1": "Fish"}).status_code == 422
    assert post(client, link, {"mode": "online", "answer_1": "Everything"}).status_code == 302
    assert Registration.objects.get().answers == {"1": "Everything"}


@pytest.mark.parametrize(
    ("rows", "field", "sentence"),
    [
        ({"question_1": "Food?", "kind_1": "choice"}, "choices_1", "Give two to twelve choices, one on each line."),
        ({"question_1": "Food?", "kind_1": "choice", "choices_1": "a\na"}, "choices_1", "Give two to twelve choices, one on each line."),
        ({"question_1": "Food?", "kind_1": "choice", "choices_1": "a\n" + "b" * 81}, "choices_1", "A choice has at most 80 characters."),
        ({"question_1": "x" * 161}, "question_1", "Ensure this value has at most 160 characters (it has 161)."),
        ({"question_1": "Food?", "kind_1": "poem"}, "kind_1", "Select a valid choice. poem is not one of the available choices."),
    ],
)  # fmt: skip
def test_questions_that_cannot_be_asked_are_refused(
    carol: Client, cast: Cast, rows: dict[str, str], field: str, sentence: str
) -> None:
    response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, **rows))
    assert (response.status_code, errors_of(response)) == (422, {field: [sentence]})
    assert Lab.objects.count() == 0


def test_an_answered_question_stays_as_it_was(cast: Cast, make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(questions=ASKED)
    actions.register(by=cast.alice, lab=lab, mode="online", answers={"1": "Everything"})
    reworded = [{**ASKED[0], "text": "Allergic?"}, *ASKED[1:]]
    for questions in (reworded, ASKED[1:]):
        with pytest.raises(Refused, match="has been answered") as refused:
            plan = a_plan(questions=questions)
            actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
        assert refused.value.field == "question_1"
    plan = a_plan(questions=[*ASKED[:2], Question(4, "Other words").as_row()])
    lab = actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    assert [question.text for question in lab.asked][-1] == "Other words"


def test_only_coordinators_read_the_answers(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    lab = make_lab(questions=ASKED)
    actions.register(
        by=cast.alice, lab=lab, mode="online", answers={"1": "Vegetarian", "4": "Nuts"}
    )
    roster = sign_in(cast.carol).get(lab.get_absolute_url()).context["roster"]
    shown = [[(a.question, a.answer) for a in entry.answers] for entry in roster]
    assert [("What do you eat?", "Vegetarian"), ("Anything else?", "Nuts")] in shown
    others = sign_in(cast.rita)
    assert "Nuts" not in others.get(lab.get_absolute_url()).content.decode()
    assert others.get(f"{lab.get_absolute_url()}people.csv").status_code == 403


@pytest.mark.parametrize("evil", ["=1+1", "+46", "-2", "@SUM(A1)", " =1", "\t=1", "＝1+1"])
def test_no_cell_of_the_sheet_is_run_as_a_formula(
    carol: Client, cast: Cast, make_lab: Callable[..., Lab], evil: str
) -> None:
    lab = make_lab(questions=ASKED)
    User.objects.filter(pk=cast.alice.pk).update(name=evil)
    actions.register(by=cast.alice, lab=lab, mode="online", answers={"1": "Everything", "4": evil})
    response = carol.get(f"{lab.get_absolute_url()}people.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head[-3:] == ["What do you eat?", "Do you need a ramp?", "Anything else?"]
    alice = next(row for row in rows if row[1] == "alice@example.org")
    assert (alice[0], alice[2:5], alice[-3:]) == (
        f"'{evil}", ["Lund", "registered", "online"], ["Everything", "", f"'{evil}"],
    )  # fmt: skip
    assert {row[3] for row in rows if row[1] == "rita@example.org"} == {"Invited"}


def test_answers_are_forgotten_90_days_after_the_lab(
    cast: Cast, make_lab: Callable[..., Lab]
) -> None:
    old, recent = (make_lab(title=title, questions=ASKED) for title in ("Old", "Recent"))
    for lab in (old, recent):
        actions.register(by=cast.alice, lab=lab, mode="online", answers={"1": "Everything"})
    for lab, days in ((old, 91), (recent, 89)):
        ended = timezone.now() - timedelta(days=days)
        Lab.objects.filter(pk=lab.pk).update(starts_at=ended - timedelta(hours=3), ends_at=ended)
    assert forgetting.forget_answers() == 1
    kept = dict(Registration.objects.values_list("lab__title", "answers"))
    assert kept == {"Old": {}, "Recent": {"1": "Everything"}}
    assert forgetting.forget_answers() == 0
