"""Feedback: asked once of who was there, said once, by name or with no way back to a person."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from hub.delivery.letters import Letter, Skip
from hub.delivery.sweep import sweep
from hub.models import Delivery, User
from labs import actions, feedback
from labs.actions.feedback import give
from labs.models import FeedbackAnswer, FeedbackReply, Lab
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.labs.test_letters import compose
from tests.smtp import Sink

GOOD = {"usefulness": "4", "takes_home": "Pipes", "to_change": "Shorter"}


def hold(lab: Lab, by: User) -> Lab:
    now = timezone.now()
    Lab.objects.filter(pk=lab.pk).update(
        starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=2, hours=-3)
    )
    return actions.hold(by=by, lab=lab)


@pytest.fixture
def held(cast: Cast, make_lab: Callable[..., Lab]) -> Lab:
    """Alice and Rita had a seat, Bob gave his back."""
    lab = make_lab(audience="cities")
    for user in (cast.alice, cast.rita, cast.bob):
        actions.register(by=user, lab=lab, mode="onsite")
    actions.cancel_registration(by=cast.bob, lab=lab)
    return hold(lab, cast.carol)


def link(lab: Lab, user: User) -> str:
    return f"{lab.get_absolute_url()}feedback/{feedback.token_for(user, lab)}/"


def counts() -> tuple[int, int]:
    return FeedbackReply.objects.count(), FeedbackAnswer.objects.count()


def test_holding_asks_those_who_had_a_seat_once(held: Lab, cast: Cast) -> None:
    rows = Delivery.objects.filter(kind="lab.feedback", state="pending")
    assert sorted(rows.values_list("user__name", flat=True)) == ["Alice", "Rita"]
    assert {row.due_at >= held.ends_at for row in rows} == {True}


@pytest.mark.django_db(transaction=True)
def test_the_mail_arrives_and_its_link_answers_without_signing_in(
    held: Lab, cast: Cast, smtp_sink: Sink, client: Client
) -> None:
    Delivery.objects.exclude(kind="lab.feedback").delete()
    # Whatever the hour is: at night the mail would wait for the morning.
    Delivery.objects.update(due_at=timezone.now(), try_at=timezone.now())
    sweep()
    (mail,) = smtp_sink.to("alice@example.org")
    assert mail.subject == "How was it? District heating"
    text = mail.message.get_body(("plain",))
    assert text is not None
    found = re.search(r"http://localhost:8000(/labs/\S+/feedback/\S+/)", text.get_content())
    assert found is not None
    for method in (client.get, client.head):
        assert method(found[1]).status_code == 200
    assert counts() == (0, 0)
    response = post(client, found[1], GOOD)
    assert (response.status_code, response.url) == (302, found[1])
    answer = FeedbackAnswer.objects.get()
    assert (answer.user, answer.usefulness, answer.takes_home, answer.to_change) == (
        cast.alice, 4, "Pipes", "Shorter",
    )  # fmt: skip
    assert "Thank you. Your answer is saved." in client.get(found[1]).content.decode()


def test_of_an_anonymous_answer_only_that_one_has_answered_is_stored(
    held: Lab, cast: Cast, client: Client
) -> None:
    post(client, link(held, cast.alice), GOOD | {"is_anonymous": "on"})
    answer = FeedbackAnswer.objects.get()
    assert answer.user is None
    assert FeedbackReply.objects.get().user == cast.alice
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM labs_feedbackanswer")
        names = {column.name for column in cursor.description or ()}
        (row,) = cursor.fetchall()
    assert names == {"id", "lab_id", "user_id", "usefulness", "takes_home", "to_change"}
    assert cast.alice.pk not in row
    # Neither order nor time leads from the one to the other.
    assert {field.name for field in FeedbackReply._meta.fields} == {"id", "lab", "user"}
    assert FeedbackReply.objects.get().pk != answer.pk


def test_one_answers_once_from_whatever_device(held: Lab, cast: Cast, client: Client) -> None:
    post(client, link(held, cast.alice), GOOD | {"is_anonymous": "on"})
    again = post(Client(), link(held, cast.alice), GOOD | {"usefulness": "1"})
    assert again.status_code == 422
    assert "You have already answered. Thank you." in again.content.decode()
    assert counts() == (1, 1)
    assert FeedbackAnswer.objects.get().usefulness == 4


@pytest.mark.parametrize("usefulness", ["", "0", "6", "-1", "x", "4.5"])
def test_bad_figures_are_refused_and_words_are_kept(
    held: Lab, cast: Cast, client: Client, usefulness: str
) -> None:
    response = post(client, link(held, cast.alice), GOOD | {"usefulness": usefulness})
    assert response.status_code == 422
    assert response.context["form"].errors["usefulness"] == ["Choose a figure from 1 to 5."]
    assert "Shorter" in response.content.decode()
    assert counts() == (0, 0)


def test_ten_thousand_lines_are_too_many(held: Lab, cast: Cast, client: Client) -> None:
    response = post(client, link(held, cast.alice), GOOD | {"takes_home": "a\n" * 10_000})
    assert (response.status_code, counts()) == (422, (0, 0))


def test_whoever_comes_too_late_is_told_so(
    held: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    address = f"{held.get_absolute_url()}feedback/"
    assert sign_in(cast.alice).get(address).status_code == 200
    long_ago = timezone.now() - timedelta(days=60)
    Lab.objects.filter(pk=held.pk).update(
        starts_at=long_ago - timedelta(hours=3), ends_at=long_ago, held_at=long_ago
    )
    page = sign_in(cast.alice).get(address)
    assert page.status_code == 410
    assert "The time to answer is over" in page.content.decode()
    assert post(sign_in(cast.alice), address, GOOD).status_code == 410
    assert sign_in(cast.bob).get(address).status_code == 403
    assert counts() == (0, 0)


def test_nobody_is_asked_about_what_was_called_off(
    held: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    Lab.objects.filter(pk=held.pk).update(
        state="cancelled", held_at=None, held_by=None, cancelled_at=Now(), cancelled_by=cast.carol
    )
    assert sign_in(cast.alice).get(f"{held.get_absolute_url()}feedback/").status_code == 403


def test_who_was_not_there_has_no_say(
    held: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    address = f"{held.get_absolute_url()}feedback/"
    outcomes = {
        role: post(sign_in(user), address, GOOD).status_code
        for role, user in cast.by_role().items()
    }
    assert outcomes == {
        "visitor": 302, "lead": 302, "staff": 403, "coordinator": 403, "researcher": 302,
        "foreign": 404, "admin": 404,
    }  # fmt: skip
    assert counts() == (2, 2)
    assert Client().get(link(held, cast.bob)).status_code == 404
    assert Client().get(f"{address}forged/").status_code == 404


def test_after_a_month_nothing_is_taken(held: Lab, cast: Cast, client: Client) -> None:
    Lab.objects.filter(pk=held.pk).update(held_at=timezone.now() - timedelta(days=31))
    held.refresh_from_db()
    assert post(client, link(held, cast.alice), GOOD).status_code == 404
    with pytest.raises(Refused, match="The time to answer is over"):
        give(by=cast.alice, lab=held, usefulness=3)
    assert counts() == (0, 0)


def test_who_has_answered_is_not_asked_any_more(held: Lab, cast: Cast) -> None:
    row = Delivery.objects.get(kind="lab.feedback", user=cast.alice)
    assert isinstance(compose(row), Letter)
    give(by=cast.alice, lab=held, usefulness=3)
    row.refresh_from_db()
    assert row.state == "superseded"
    assert isinstance(compose(row), Skip)


def test_results_show_from_three_answers_on_with_silence_by_city(
    cast: Cast,
    make_lab: Callable[..., Lab],
    make_people: Callable[..., list[User]],
    sign_in: Callable[..., Client],
) -> None:
    lab = make_lab(seats_onsite=50)
    people = make_people(4)
    for user in (*people, cast.rita):
        actions.register(by=user, lab=lab, mode="onsite")
    lab = hold(lab, cast.carol)
    client, address = sign_in(cast.carol), f"{lab.get_absolute_url()}feedback/"
    for n, person in enumerate(people[:2]):
        give(by=person, lab=lab, usefulness=5, takes_home=f"word {n}", is_anonymous=n == 0)
    few = client.get(address)
    assert (few.context["bars"], few.context["words"], few.context["total"]) == ([], [], 2)
    assert "word" not in few.content.decode()
    give(by=people[2], lab=lab, usefulness=2)
    page = client.get(address)
    bars = [(bar.usefulness, bar.count, bar.share) for bar in page.context["bars"]]
    assert bars == [(5, 2, 67), (4, 0, 0), (3, 0, 0), (2, 1, 33), (1, 0, 0)]
    assert page.context["mean"] == 4
    turnout = [(one.place, one.came, one.answered) for one in page.context["turnout"]]
    assert turnout == [("Lund", 4, 3), ("Lund University", 1, 0)]
    text = page.content.decode()
    assert ("word 0" in text, "word 1" in text, "without a name" in text) == (True, True, True)
    assert (people[1].name in text, people[0].name in text) == (True, False)
    assert "bars" not in sign_in(cast.rita).get(address).context


def test_results_cost_the_same_with_30_answers_as_with_three(
    cast: Cast,
    make_lab: Callable[..., Lab],
    make_people: Callable[..., list[User]],
    sign_in: Callable[..., Client],
) -> None:
    from tests.harness.counting import questions

    people = make_people(30)
    asked: list[int] = []
    for count in (3, 30):
        lab = make_lab(title=f"Lab of {count}", seats_onsite=50)
        for person in people[:count]:
            actions.register(by=person, lab=lab, mode="onsite")
        lab = hold(lab, cast.carol)
        for person in people[:count]:
            give(by=person, lab=lab, usefulness=5, takes_home="w")
        client = sign_in(cast.carol)
        asked.append(len(questions(client, f"{lab.get_absolute_url()}feedback/")[0]))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("constraint", "sql"),
    [
        ("feedback_usefulness_one_to_five", "UPDATE labs_feedbackanswer SET usefulness = 6"),
        ("feedback_usefulness_one_to_five", "UPDATE labs_feedbackanswer SET usefulness = 0"),
        (
            "feedback_reply_once_per_person",
            (
                "INSERT INTO labs_feedbackreply (id, lab_id, user_id)"
                " SELECT gen_random_uuid(), lab_id, user_id FROM labs_feedbackreply"
            ),
        ),
        (
            "feedback_answer_once_by_name",
            (
                "INSERT INTO labs_feedbackanswer"
                " (id, lab_id, user_id, usefulness, takes_home, to_change)"
                " SELECT gen_random_uuid(), lab_id, user_id, 3, '', '' FROM labs_feedbackanswer"
            ),
        ),
    ],
)
def test_the_database_keeps_the_rules(held: Lab, cast: Cast, constraint: str, sql: str) -> None:
    give(by=cast.alice, lab=held, usefulness=3)
    with (
        pytest.raises(IntegrityError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    cause: Any = caught.value.__cause__
    assert cause.diag.constraint_name == constraint


def test_the_labs_page_leads_to_the_form_and_to_the_results(
    held: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    href = f'href="{held.get_absolute_url()}feedback/"'
    seen = {
        role
        for role, user in cast.by_role().items()
        if href in sign_in(user).get(held.get_absolute_url()).content.decode()
    }
    assert seen == {"lead", "researcher", "coordinator"}
