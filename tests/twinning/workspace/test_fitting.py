"""How it goes: asked at set times, answered in one press, seen by few."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from cities.models import Membership
from cities.twinning.enums import GroupState
from cities.twinning.models import FitAnswer, FitCheck, TwinGroup
from cities.twinning.workspace import actions, answers, sweeping
from cities.twinning.workspace.letters import ANSWERED, GONE, NOT_THEIRS
from hub.delivery.letters import Letter, Skip, kind
from hub.models import Delivery, Event, User
from tests.conftest import Cast
from tests.twinning.plans.making import SignIn, send

DAY = dt.timedelta(days=1)


@pytest.fixture
def check(group: TwinGroup) -> FitCheck:
    sweeping.ask_what_is_due()
    return FitCheck.objects.select_related("group").get()


def owed() -> list[tuple[str, int]]:
    rows = Delivery.objects.filter(kind=sweeping.FIT).order_by("version", "user")
    return [(row.user.name, row.version) for row in rows if row.user]


def letter_of(user: User) -> Letter | Skip:
    row = Delivery.objects.filter(kind=sweeping.FIT, user=user).latest("pk")
    row.user = User.objects.with_keys().get(pk=user.pk)
    return kind(row.kind).compose(row)


def path_of(user: User, check: FitCheck, city: object, answer: str) -> str:
    return answers.url_for(user, check, city, answer).removeprefix("http://localhost:8000")  # type: ignore[arg-type]


def test_both_sides_are_asked_once_and_once_more_where_they_are_silent(
    cast: Cast, check: FitCheck
) -> None:
    # Lund's lead, and all of Leuven, which has none.
    assert (check.month, owed()) == (3, [("Alice", 1), ("Mallory", 1)])
    assert sweeping.ask_what_is_due() == 0
    actions.answer_fit(by=cast.alice, check=check, city=cast.lund, answer="good")
    with time_machine.travel(timezone.now() + 15 * DAY):
        assert sweeping.ask_what_is_due() == 1
        assert owed() == [("Alice", 1), ("Mallory", 1), ("Mallory", 2)]
        assert sweeping.ask_what_is_due() == 0


def test_who_speaks_for_the_city_is_asked_first(cast: Cast, group: TwinGroup) -> None:
    actions.hand_over(by=cast.alice, group=group, city=cast.lund, holder=cast.bob)
    sweeping.ask_what_is_due()
    assert owed() == [("Bob", 1), ("Mallory", 1)]


@pytest.mark.parametrize("change", [{"state": GroupState.WITHDRAWN}, {"scheme": None}])
def test_only_running_groups_with_a_template_are_asked(
    group: TwinGroup, change: dict[str, object]
) -> None:
    TwinGroup.objects.update(**change)
    assert sweeping.ask_what_is_due() == 0
    assert not FitCheck.objects.exists()


def test_what_is_long_past_is_not_asked(cast: Cast, group: TwinGroup) -> None:
    begun = group.period.lower - dt.timedelta(days=120)
    TwinGroup.objects.update(period=(begun, None))
    assert sweeping.ask_what_is_due() == 0


@pytest.mark.parametrize("answer", ["good", "undecided", "not"])
def test_one_press_answers_without_signing_in(
    cast: Cast, check: FitCheck, client: Client, answer: str
) -> None:
    path = path_of(cast.alice, check, cast.lund, answer)
    page = client.get(path).content.decode()
    assert FitAnswer.objects.count() == 0
    assert re.search(rf'value="{answer}"[^>]*checked', page)
    assert send(client, path, {"answer": answer, "note": ""}).status_code == 302
    given = FitAnswer.objects.get()
    assert (given.city, given.answer, given.answered_by) == (cast.lund, answer, cast.alice)
    news = Event.objects.filter(verb="group.fit")
    assert [event.audience for event in news] == (
        [] if answer == "good" else [[f"programme:{cast.syd.pk}:coordinator"]]
    )
    # Changed one's mind: the newest word holds.
    assert send(client, path, {"answer": "good"}).status_code == 302
    given.refresh_from_db()
    assert given.answer == "good"


def test_links_that_are_wrong_open_nothing(cast: Cast, check: FitCheck, client: Client) -> None:
    right = path_of(cast.alice, check, cast.lund, "good")
    wrong = [
        signing.dumps([check.pk, cast.lund.pk, cast.alice.pk, "good"], salt="other"),
        signing.dumps([check.pk, cast.leuven.pk, cast.alice.pk, "good"], salt=answers.SALT),
        signing.dumps([check.pk, cast.malmo.pk, cast.alice.pk, "good"], salt=answers.SALT),
        signing.dumps([check.pk, cast.lund.pk, cast.mallory.pk, "good"], salt=answers.SALT),
        signing.dumps([check.pk, cast.lund.pk, cast.alice.pk, "great"], salt=answers.SALT),
        signing.dumps([0, cast.lund.pk, cast.alice.pk, "good"], salt=answers.SALT),
        signing.dumps("x", salt=answers.SALT),
        "x",
    ]
    for token in wrong:
        path = f"/twinning/fit/{token}/"
        for answer in (client.get(path), send(client, path, {"answer": "good"})):
            assert answer.status_code == 404, token
    with time_machine.travel(timezone.now() + answers.LASTS + DAY):
        assert client.get(right).status_code == 404
    Membership.objects.filter(user=cast.alice).delete()
    assert client.get(right).status_code == 404
    assert FitAnswer.objects.count() == 0


def test_the_other_side_never_sees_the_answer(cast: Cast, check: FitCheck, sign_in: SignIn) -> None:
    actions.answer_fit(
        by=cast.alice, check=check, city=cast.lund, answer="not", note="They never call back"
    )
    url = f"{check.group.get_absolute_url()}fit/3/"
    people = (cast.alice, cast.bob, cast.carol, cast.mallory)
    seen = ["never call back" in sign_in(u).get(url).content.decode() for u in people]
    assert seen == [True, True, True, False]
    group_page = sign_in(cast.mallory).get(check.group.get_absolute_url()).content.decode()
    assert "says how it goes" not in group_page


def test_the_coordinator_sees_what_is_not_good_and_who_is_silent(
    cast: Cast, check: FitCheck, sign_in: SignIn
) -> None:
    said = "Twinnings to look after"
    assert said not in sign_in(cast.carol).get("/desk/").content.decode()
    with time_machine.travel(timezone.now() + 15 * DAY):
        sweeping.ask_what_is_due()
    assert "A city was asked twice" in sign_in(cast.carol).get("/desk/").content.decode()
    for city, answer in ((cast.lund, "good"), (cast.leuven, "not")):
        actions.answer_fit(by=cast.alice, check=check, city=city, answer=answer)
    page = sign_in(cast.carol).get("/desk/").content.decode()
    assert ("A city was asked twice" in page, "It does not work" in page) == (False, True)


def test_it_waits_on_the_first_page_until_the_city_has_answered(
    cast: Cast, check: FitCheck, sign_in: SignIn
) -> None:
    said = "How does your twinning go?"
    assert said in sign_in(cast.bob).get("/").content.decode()
    url = f"{check.group.get_absolute_url()}fit/3/"
    assert send(sign_in(cast.bob), url, {}).status_code == 422
    assert send(sign_in(cast.bob), url, {"answer": "good"}).status_code == 302
    assert said not in sign_in(cast.bob).get("/").content.decode()
    assert said in sign_in(cast.mallory).get("/").content.decode()
    assert send(sign_in(cast.carol), url, {"answer": "good"}).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["How does your twinning go: Leuven – Lund?", "Undecided"]),
        ("sv", ["Hur går ert tvillingskap: Leuven – Lund?", "Tveksamt"]),
    ],
)
def test_the_mail_is_whole_in_both_languages(
    cast: Cast, check: FitCheck, language: str, words: list[str]
) -> None:
    with translation.override(language):
        mail = letter_of(cast.alice)
    assert isinstance(mail, Letter)
    assert mail.subject == words[0]
    links = [answers.url_for(cast.alice, check, cast.lund, a) for a in ("good", "undecided", "not")]
    for form in (mail.text, mail.html):
        assert words[1] in form
        # The token carries its time: the part before it is the same.
        assert all(link.rsplit(":", 2)[0] in form for link in links)


def test_what_has_changed_since_is_not_sent(cast: Cast, check: FitCheck) -> None:
    actions.answer_fit(by=cast.bob, check=check, city=cast.lund, answer="good")
    assert letter_of(cast.alice) == Skip(ANSWERED)
    FitAnswer.objects.all().delete()
    Membership.objects.filter(user=cast.alice).delete()
    assert letter_of(cast.alice) == Skip(NOT_THEIRS)
    TwinGroup.objects.update(state=GroupState.CLOSED)
    assert letter_of(cast.alice) == Skip(GONE)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO twinning_fitcheck (group_id, month, asks, asked_at) SELECT group_id, month, 1, now() FROM twinning_fitcheck", "fit_check_once_a_month"),
        ("UPDATE twinning_fitcheck SET asks = 0", "fit_check_is_asked"),
        ("UPDATE twinning_fitanswer SET answer = 'great'", "fit_answer_known"),
        ("UPDATE twinning_fitanswer SET city_id = (SELECT id FROM cities_city WHERE slug = 'malmo')", "city_of_its_group"),
        ("INSERT INTO twinning_fitanswer (check_of_id, city_id, answer, note, answered_at, answered_by_id) SELECT check_of_id, city_id, answer, '', now(), answered_by_id FROM twinning_fitanswer", "fit_answer_once_a_city"),
    ],
)  # fmt: skip
def test_database_refuses(cast: Cast, check: FitCheck, statement: str, constraint: str) -> None:
    actions.answer_fit(by=cast.bob, check=check, city=cast.lund, answer="good")
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    cause = refused.value.__cause__
    assert cause is not None
    assert cause.diag.constraint_name == constraint  # type: ignore[attr-defined]
