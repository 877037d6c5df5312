"""An application: written by several, sent in within the window, screened, taken back, withdrawn."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cities.enums import Role
from cities.models import Domain, Membership
from cities.twinning.applications import actions, parts
from cities.twinning.applications.actions import Profile
from cities.twinning.applications.screening import screen
from cities.twinning.calls import actions as calls
from cities.twinning.enums import ApplicationState, Screening
from cities.twinning.models import Application, ApplicationAnswer, ApplicationFile, Call, CallPilot
from cities.twinning.schemes import actions as schemes
from hub.editing import Written
from hub.models import Event, StoredFile
from hub.refusals import Refused
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.making import begun, call, domain, made, whole
from tests.worlds.calls import pilot_of, scheme_of

__all__ = ["call", "domain"]


def address(it: Application, end: str = "") -> str:
    return f"{it.get_absolute_url()}{end}"


def test_one_application_a_city_however_often_it_is_begun(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    where = f"{call.get_absolute_url()}applications/"
    for person in (cast.alice, cast.bob):
        response = post(sign_in(person), where, {"city": "lund"})
        assert response["Location"] == f"{where}lund/"
    it = Application.objects.get()
    assert (it.city, it.state, it.started_by) == (cast.lund, "draft", cast.alice)
    assert post(sign_in(cast.mallory), where, {"city": "lund"}).status_code == 403
    assert post(sign_in(cast.bob), where, {"city": "nowhere"}).status_code == 404


def test_a_city_reads_its_own_and_nobody_elses(cast: Cast, sign_in: SignIn, call: Call) -> None:
    ours, theirs = whole(call, cast.lund, cast.bob), whole(call, cast.leuven, cast.mallory)
    assert sign_in(cast.bob).get(address(ours)).status_code == 200
    for end in ("", "profile/", "answers/", "files/", "withdrawal/"):
        assert sign_in(cast.bob).get(address(theirs, end)).status_code == 404
        # Not before it is sent in.
        assert sign_in(cast.carol).get(address(ours, end)).status_code == 404
    actions.submit(application=ours, by=cast.bob)
    assert sign_in(cast.carol).get(address(ours)).status_code == 200
    assert sign_in(cast.carol).get(address(ours, "answers/")).status_code == 403


def typed(it: Application, **changes: Any) -> dict[str, Any]:
    pilot = CallPilot.objects.get(call=it.call)
    return {
        "version": str(it.version),
        "domains": [Domain.objects.get().pk],
        "languages": ["en", "sv"],
        "need-1": "How do owners agree?",
        "rank-1": str(pilot.pk),
        "offers": "Our mistakes",
        "contact-1": "Bo Ek",
        "contact-1-email": "bo@example.org",
    } | changes


def test_the_profile_is_written_in_one_form(cast: Cast, sign_in: SignIn, call: Call) -> None:
    it = begun(call, cast.lund, cast.bob)
    assert post(sign_in(cast.bob), address(it, "profile/"), typed(it)).status_code == 302
    it.refresh_from_db()
    assert (it.languages, it.offers, it.version) == (["en", "sv"], "Our mistakes", 2)
    assert [n.text for n in it.needs.all()] == ["How do owners agree?"]
    assert [r.pilot for r in it.ranks.all()] == [CallPilot.objects.get()]
    assert [c.email for c in it.contacts.all()] == ["bo@example.org"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"need-1": "x" * 301}, "need-1"),
        ({"rank-1": "999999"}, "rank-1"),
        ({"contact-1-email": "bo"}, "contact-1-email"),
        ({"contact-1-email": ""}, "contact-1-email"),
        ({"contact-1": ""}, "contact-1"),
        ({"languages": ["xx"]}, "languages"),
        ({"domains": ["999999"]}, "domains"),
        ({"offers": "x" * 2001}, "offers"),
        ({"offers": "a\0b"}, None),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_written(
    cast: Cast, sign_in: SignIn, call: Call, changes: dict[str, Any], field: str | None
) -> None:
    it = begun(call, cast.lund, cast.bob)
    response = post(sign_in(cast.bob), address(it, "profile/"), typed(it, **changes))
    assert Application.objects.get().version == 1
    if field is None:
        assert response.status_code in (400, 422)
        return
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_a_pilot_is_ranked_once_and_only_from_this_call(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    it = begun(call, cast.lund, cast.bob)
    here, there = CallPilot.objects.get(), pilot_of(made(cast, "Another"), cast.leuven)
    client = sign_in(cast.bob)
    twice = typed(it) | {"rank-2": str(here.pk)}
    response = post(client, address(it, "profile/"), twice)
    assert list(response.context["form"].errors) == ["rank-2"]
    foreign = {"version": "1", "rank-1": str(there.pk)}
    assert post(client, address(it, "profile/"), foreign).status_code == 422
    assert not it.ranks.exists()


def test_more_domains_than_the_call_takes(cast: Cast, sign_in: SignIn, call: Call) -> None:
    Call.objects.update(most_domains=1)
    it = begun(call, cast.lund, cast.bob)
    other = Domain.objects.create(code="waste", name_en="Waste", name_sv="Avfall")
    data = {"version": "1", "domains": [Domain.objects.get(code="energy").pk, other.pk]}
    response = post(sign_in(cast.bob), address(it, "profile/"), data)
    assert list(response.context["form"].errors) == ["domains"]


def test_two_people_at_the_profile_lose_nothing(cast: Cast, sign_in: SignIn, call: Call) -> None:
    it = begun(call, cast.lund, cast.bob)
    first, second = typed(it), typed(it, offers="Our heat")
    assert post(sign_in(cast.alice), address(it, "profile/"), first).status_code == 302
    client = sign_in(cast.bob)
    response = post(client, address(it, "profile/"), second)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Our heat" in page
    assert "Our mistakes" in page
    assert Application.objects.get().offers == "Our mistakes"
    again = second | {"version": response.context["form"]["version"].value()}
    assert post(client, address(it, "profile/"), again).status_code == 302
    assert Application.objects.get().offers == "Our heat"


def written(it: Application, text: str, version: int = 0) -> dict[str, str]:
    question = it.call.scheme.questions.get()
    return {"answer-challenge": text, f"version-{question.code}": str(version)}


def autosave(client: Any, it: Application, data: dict[str, str]) -> Any:
    return client.post(address(it, "answers/"), data, headers={"X-Autosave": "1"})


def test_answers_save_themselves_and_know_of_each_other(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    it = begun(call, cast.lund, cast.bob)
    client = sign_in(cast.bob)
    saved = autosave(client, it, written(it, "Cold houses"))
    (stand,) = saved.json()["texts"]
    assert (saved.status_code, stand["stamp"]["version-challenge"]) == (200, "1")
    assert ApplicationAnswer.objects.get().text == "Cold houses"
    # Sent again, it is the same; from an old version, it is not taken.
    assert autosave(client, it, written(it, "Cold houses")).status_code == 200
    clash = autosave(client, it, written(it, "Warm houses"))
    assert clash.status_code == 409
    both = client.post(address(it, "answers/"), written(it, "Warm houses"))
    assert both.status_code == 422
    assert "Cold houses" in both.content.decode()
    assert "Warm houses" in both.content.decode()
    assert ApplicationAnswer.objects.get().text == "Cold houses"
    assert client.post(address(it, "answers/"), written(it, "Both", 1)).status_code == 302
    assert ApplicationAnswer.objects.get().text == "Both"


def test_two_who_answer_different_questions_both_keep_their_words(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    scheme = schemes.begin(programme=cast.syd, by=cast.carol)
    scheme.questions.create(code="means", position=2, name_en="Means", name_sv="Medel")
    schemes.settle(scheme=scheme)
    it = begun(made(cast, "Two questions"), cast.lund, cast.bob)
    client = sign_in(cast.bob)
    opened = client.get(address(it, "answers/")).context["form"]
    form = {field.html_name: field.value() for field in opened}
    hers, his = form | {"answer-challenge": "Cold"}, form | {"answer-means": "Two people"}
    assert autosave(client, it, hers).status_code == 200
    # He began before she wrote: her answer is handed to him, and his is no clash.
    saved = autosave(client, it, his)
    handed = {text["name"]: text.get("text") for text in saved.json()["texts"]}
    assert handed == {"answer-challenge": "Cold", "answer-means": None}
    assert post(client, address(it, "answers/"), his).status_code == 302
    kept = dict(it.answers.values_list("question__code", "text"))
    assert kept == {"challenge": "Cold", "means": "Two people"}


def test_it_is_sent_in_whole_or_not_at_all(cast: Cast, sign_in: SignIn, call: Call) -> None:
    it = begun(call, cast.lund, cast.bob)
    client = sign_in(cast.bob)
    names = {part.name for part in parts.missing(it)}
    assert names == {"domains", "languages", "needs", "ranks", "contacts", "answer-challenge"}
    post(client, address(it, "submission/"), {})
    assert Application.objects.get().state == ApplicationState.DRAFT
    whole(call, cast.lund, cast.bob)
    post(client, address(it, "submission/"), {})
    it.refresh_from_db()
    assert (it.state, it.submitted_by) == (ApplicationState.SUBMITTED, cast.bob)
    event = Event.objects.get(verb="application.submitted")
    assert event.direct == [cast.carol.pk]
    assert "public" not in event.audience
    # Closed to writing, unless it is taken back.
    assert client.get(address(it, "profile/")).status_code == 302
    with pytest.raises(Refused):
        actions.write_profile(
            application=it, profile=Profile(frozenset({"offers"})), version=it.version, by=cast.bob
        )


def test_one_second_late(cast: Cast, sign_in: SignIn, domain: Domain) -> None:
    scheme_of(cast.syd)
    call = made(cast, closes_at=timezone.now() + dt.timedelta(days=1))
    it = whole(call, cast.lund, cast.bob)
    client = sign_in(cast.bob)
    with time_machine.travel(call.closes_at, tick=False):
        data = {"_key": "a-key-of-its-own"}
        page = client.post(address(it, "submission/"), data, follow=True).content.decode()
    it.refresh_from_db()
    assert (it.state, it.submitted_at) == (ApplicationState.DRAFT, None)
    assert "The hub&#x27;s clock shows" in page
    assert ApplicationAnswer.objects.get().text == "Cold"
    with time_machine.travel(call.closes_at - dt.timedelta(seconds=1), tick=False):
        actions.submit(application=it, by=cast.bob)
    assert Application.objects.get().state == ApplicationState.SUBMITTED


def test_a_late_draft_is_sent_in_after_an_extension(cast: Cast, call: Call) -> None:
    it = whole(call, cast.lund, cast.bob)
    after = call.closes_at + dt.timedelta(days=1)
    with time_machine.travel(after, tick=False):
        with pytest.raises(Refused):
            actions.submit(application=it, by=cast.bob)
        later = after + dt.timedelta(days=3)
        calls.extend(call=call, closes_at=later, reason="Holidays", by=cast.carol)
        assert actions.submit(application=it, by=cast.bob).submitted_at is not None


def test_it_is_taken_back_changed_and_sent_again_while_the_call_is_open(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    client = sign_in(cast.alice)
    post(client, address(it, "return/"), {})
    assert Application.objects.get().state == ApplicationState.DRAFT
    # The programme sees no draft.
    assert sign_in(cast.carol).get(address(it)).status_code == 404
    actions.submit(application=it, by=cast.alice)
    screen(application=it, verdict=Screening.PASS, reason="Fits", by=cast.carol)
    with pytest.raises(Refused):
        actions.take_back(application=it, by=cast.bob)


def test_withdrawn_with_a_reason_and_resumed_while_open(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    client = sign_in(cast.bob)
    assert post(client, address(it, "withdrawal/"), {"reason": ""}).status_code == 422
    assert post(client, address(it, "withdrawal/"), {"reason": "No staff"}).status_code == 302
    it.refresh_from_db()
    assert (it.state, it.withdrawn_because) == (ApplicationState.WITHDRAWN, "No staff")
    assert Event.objects.get(verb="application.withdrawn").text == "No staff"
    assert not Application.objects.in_the_running().exists()
    post(client, address(it, "return/"), {})
    assert Application.objects.get().state == ApplicationState.DRAFT


def ask(it: Application, cast: Cast, *names: str) -> Application:
    return screen(
        application=it,
        verdict=Screening.MORE,
        reason="Who decides?",
        reopened=names,
        until=timezone.now() + dt.timedelta(days=3),
        by=cast.carol,
    )


def test_more_information_opens_what_is_named_and_nothing_else(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    it = ask(it, cast, "offers", "answer-challenge")
    assert set(Event.objects.get(verb="application.screened-more").direct) == {
        cast.alice.pk,
        cast.bob.pk,
    }
    client = sign_in(cast.bob)
    form = client.get(address(it, "profile/")).context["form"]
    assert set(form.fields) == {"offers", "version"}
    data = typed(it, offers="The mayor decides")
    assert post(client, address(it, "profile/"), data).status_code == 302
    it.refresh_from_db()
    assert (it.offers, it.languages) == ("The mayor decides", ["en"])
    assert client.get(address(it, "files/")).status_code == 302
    assert client.post(address(it, "answers/"), written(it, "Colder", 1)).status_code == 302
    sent = it.submitted_at
    post(client, address(it, "submission/"), {})
    it.refresh_from_db()
    assert (it.reopened, it.screening, it.submitted_at) == ([], "", sent)
    assert client.get(address(it, "profile/")).status_code == 302


def test_what_was_reopened_closes_at_its_hour(cast: Cast, call: Call) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    it = ask(it, cast, "offers")
    assert it.reopened_until is not None
    with time_machine.travel(it.reopened_until, tick=False):
        it.call = call
        assert parts.writable(it) == frozenset()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"verdict": "more", "reason": "Who?"}, "reopened"),
        ({"verdict": "more", "reason": "Who?", "reopened": ["offers"]}, "until"),
        (
            {"verdict": "more", "reason": "?", "reopened": ["offers"], "until": "2020-01-01"},
            "until",
        ),
        ({"verdict": "maybe", "reason": "Who?"}, "verdict"),
        ({"verdict": "fail", "reason": ""}, "reason"),
    ],
)
def test_a_verdict_needs_its_reason_and_its_day(
    cast: Cast, sign_in: SignIn, call: Call, data: dict[str, Any], field: str
) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    response = post(sign_in(cast.carol), address(it, "screening/"), data)
    assert response.status_code == 422
    assert field in response.context["screening_form"].errors
    assert Application.objects.get().screening == ""


def test_nobody_screens_their_own_city(cast: Cast, sign_in: SignIn, call: Call) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    Membership.objects.create(user=cast.carol, city=cast.lund, role=Role.STAFF)
    data = {"verdict": "pass", "reason": "Fits"}
    assert post(sign_in(cast.carol), address(it, "screening/"), data).status_code == 403


def test_a_paper_is_read_by_those_who_read_the_application(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    it = whole(call, cast.lund, cast.bob)
    paper = SimpleUploadedFile("letter.txt", b"We want to learn.", "text/plain")
    kept = actions.add_file(application=it, title="Letter", upload=paper, by=cast.bob)
    where = address(it, f"files/{kept.pk}/")
    assert sign_in(cast.alice).get(where).status_code == 200
    for person in (None, cast.mallory, cast.carol):
        assert sign_in(person).get(where).status_code in (302, 404)
    assert sign_in(cast.alice).get(kept.file.get_absolute_url()).status_code == 404
    actions.submit(application=it, by=cast.bob)
    assert sign_in(cast.carol).get(where).status_code == 200
    with pytest.raises(Refused):
        actions.remove_file(application=it, file=kept)
    assert (ApplicationFile.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_an_application_without_text_is_no_text(cast: Cast, call: Call) -> None:
    it = begun(call, cast.lund, cast.bob)
    question = call.scheme.questions.get()
    actions.write_answers(application=it, texts=[Written(question.code, "x", 0)], by=cast.bob)
    actions.write_answers(application=it, texts=[Written(question.code, "", 1)], by=cast.bob)
    assert "answer-challenge" in {part.name for part in parts.missing(it)}


def test_rules_of_the_database(cast: Cast, call: Call) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    change = "update twinning_application set "
    rules = {
        "application_within_window": f"{change} submitted_at = submitted_at + interval '1 year'",
        "application_submitted_at_with_by": f"{change} submitted_by_id = null",
        "application_state_as_sent": f"{change} state = 'draft'",
        "application_withdrawn_at_with_by": f"{change} state = 'withdrawn'",
        "application_screened_at_with_by": f"{change} screening = 'pass'",
        "application_reopened_by_a_question": f"{change} reopened = array['offers']",
        "rank_starts_at_one": "update twinning_rank set position = 0",
        "rank_pilot_once": (
            "insert into twinning_rank (application_id, pilot_id, position)"
            " select application_id, pilot_id, 2 from twinning_rank"
        ),
        "need_has_words": "update twinning_applicationneed set text = ''",
    }
    for name, text in rules.items():
        refused(name, lambda text=text: sql(text))  # type: ignore[misc]
    refused(
        "application_once_a_city",
        lambda: Application.objects.create(
            call=call, city=cast.lund, started_by=cast.bob, changed_by=cast.bob
        ),
    )
    foreign = pilot_of(made(cast, "Another"), cast.leuven)
    refused(
        "rank_of_its_own_call",
        lambda: sql(
            "insert into twinning_rank (application_id, pilot_id, position) values (%s, %s, 3)",
            it.pk,
            foreign.pk,
        ),
    )
