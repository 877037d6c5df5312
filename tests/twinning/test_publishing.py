"""A run put to the cities: exactly who is told, what they read and answer, and what follows."""

import pytest

from cities.enums import Role
from cities.models import City, Membership
from cities.twinning.applications import actions as applying
from cities.twinning.enums import RulingKind, Standing
from cities.twinning.models import MatchAnswer, MatchPair, MatchRun
from cities.twinning.runs import actions, publishing
from hub.models import Event, User
from hub.refusals import Refused
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.running import Round
from tests.worlds.runs import publish

ANSWER = """
insert into twinning_matchanswer (pair_id, city_id, is_yes, reason, answered_at, answered_by_id)
values (%s, %s, %s, %s, now(), %s)
"""


@pytest.fixture
def two(cast: Cast) -> Round:
    """Aalst wants Gent and Dinant wants Brugge; Ieper has a place to spare."""
    made = Round(cast, {"Gent": 1, "Brugge": 1, "Ieper": 1})
    made.apply("Aalst", "Gent", "Ieper")
    made.apply("Dinant", "Brugge")
    for name in ("Aalst", "Dinant", "Gent", "Brugge", "Ieper"):
        lead(name)
    return made


def lead(name: str) -> User:
    email = f"lead.{name.lower()}@example.org"
    person = User.objects.create(email=email, name=f"Lead of {name}", language="en")
    Membership.objects.create(user=person, city=City.objects.get(name=name), role=Role.LEAD)
    return person


def of(name: str) -> User:
    return User.objects.get(name=f"Lead of {name}")


def pair_of(run: MatchRun, twin: str) -> MatchPair:
    return run.pairs.with_answers().get(application__city__name=twin)


def say(run: MatchRun, twin: str, city: str, *, yes: bool = True, reason: str = "") -> MatchAnswer:
    return publishing.answer(
        pair=pair_of(run, twin),
        city=City.objects.get(name=city),
        is_yes=yes,
        reason=reason,
        by=of(city),
    )


def test_nobody_is_told_before_it_is_confirmed_and_then_exactly_those_listed(
    two: Round, sign_in: SignIn
) -> None:
    run = two.computed()
    before = Event.objects.count()
    page = sign_in(two.by).get(f"{run.get_absolute_url()}publication/")
    listed = {person.name for one in page.context["told"] for person in one.people}
    assert listed == {f"Lead of {name}" for name in ("Aalst", "Dinant", "Gent", "Brugge")}
    assert Event.objects.count() == before
    assert sign_in(of("Aalst")).get(matches_url(two, "Aalst")).status_code == 404

    post(sign_in(two.by), f"{run.get_absolute_url()}publication/", {"seen": page.context["seen"]})

    told = {pk for event in Event.objects.filter(verb="match.proposed") for pk in event.direct}
    assert {person.name for person in User.objects.filter(pk__in=told)} == listed
    assert sign_in(of("Aalst")).get(matches_url(two, "Aalst")).status_code == 200


def matches_url(two: Round, city: str) -> str:
    return f"{two.call.get_absolute_url()}matches/{city.lower()}/"


def test_somebody_who_came_since_is_not_told_unseen(two: Round, sign_in: SignIn) -> None:
    run = two.computed()
    seen = publishing.digest(publishing.receivers(run))
    newcomer = User.objects.create(email="new@example.org", name="New", language="en")
    Membership.objects.create(user=newcomer, city=City.objects.get(name="Gent"), role=Role.STAFF)
    response = post(sign_in(two.by), f"{run.get_absolute_url()}publication/", {"seen": seen})
    assert response.status_code == 422
    assert "Who is told has changed" in response.content.decode()
    run.refresh_from_db()
    assert run.published_at is None
    assert not Event.objects.filter(verb="match.proposed").exists()


def test_a_match_is_accepted_when_every_city_said_yes(two: Round, sign_in: SignIn) -> None:
    run = publish(two.computed(), two.by)
    say(run, "Aalst", "Aalst")
    assert pair_of(run, "Aalst").standing == Standing.ASKED
    url = f"{matches_url(two, 'Gent')}{pair_of(run, 'Aalst').pk}/answer/"
    post(sign_in(of("Gent")), url, {"answer": "yes", "reason": "Welcome"})
    assert pair_of(run, "Aalst").standing == Standing.ACCEPTED
    event = Event.objects.filter(verb="match.accepted").latest("pk")
    assert event.direct == [two.by.pk]
    page = sign_in(two.by).get(run.get_absolute_url()).content.decode()
    assert "accepted" in page
    # The reason is for the coordinators; the other side reads that it was a yes.
    other = sign_in(of("Aalst")).get(matches_url(two, "Aalst")).content.decode()
    assert "accepted" in other
    assert "Welcome" not in other


def test_a_no_needs_a_reason(two: Round, sign_in: SignIn) -> None:
    run = publish(two.computed(), two.by)
    url = f"{matches_url(two, 'Aalst')}{pair_of(run, 'Aalst').pk}/answer/"
    response = post(sign_in(of("Aalst")), url, {"answer": "no", "reason": ""})
    assert response.status_code == 422
    assert "Say why" in response.content.decode()
    assert not MatchAnswer.objects.exists()


def test_a_city_answers_once_and_only_for_itself(two: Round, sign_in: SignIn) -> None:
    run = publish(two.computed(), two.by)
    say(run, "Aalst", "Aalst")
    with pytest.raises(Refused):
        say(run, "Aalst", "Aalst", yes=False, reason="No")
    url = f"{matches_url(two, 'Gent')}{pair_of(run, 'Aalst').pk}/answer/"
    assert post(sign_in(of("Aalst")), url, {"answer": "yes"}).status_code == 404
    url = f"{matches_url(two, 'Dinant')}{pair_of(run, 'Aalst').pk}/answer/"
    assert post(sign_in(of("Dinant")), url, {"answer": "yes"}).status_code == 404
    assert MatchAnswer.objects.count() == 1


def test_cities_read_their_own_matches_and_nothing_of_others(two: Round, sign_in: SignIn) -> None:
    publish(two.computed(), two.by)
    page = sign_in(of("Aalst")).get(matches_url(two, "Aalst")).content.decode()
    assert "Aalst – Gent" in page
    assert "Dinant" not in page
    assert "Brugge" not in page
    assert sign_in(of("Aalst")).get(matches_url(two, "Dinant")).status_code == 404
    seen = MatchPair.objects.visible_to(of("Aalst"))
    assert [pair.application.city.name for pair in seen] == ["Aalst"]


def test_a_city_without_a_match_is_told_so_kindly(cast: Cast, sign_in: SignIn) -> None:
    made = Round(cast, {"Gent": 1})
    for name in ("Aalst", "Dinant"):
        made.apply(name, "Gent")
    run = made.computed()
    alone = next(name for name, pilot in made.result(run).items() if pilot is None)
    person = lead(alone)
    publish(run, made.by)
    page = sign_in(person).get(matches_url(made, alone)).content.decode()
    assert "There is no match for your city this time." in page
    other = next(name for name in ("Aalst", "Dinant") if name != alone)
    assert other not in page


def test_it_is_taken_back_until_the_first_answer(two: Round, sign_in: SignIn) -> None:
    run = publish(two.computed(), two.by)
    post(sign_in(two.by), f"{run.get_absolute_url()}return/", {})
    run.refresh_from_db()
    assert not run.stands
    assert sign_in(of("Aalst")).get(matches_url(two, "Aalst")).status_code == 404
    assert Event.objects.filter(verb="match.taken-back").count() == 4
    with pytest.raises(Refused):
        say(run, "Aalst", "Aalst")

    again = publish(two.computed(actions.derive(run=run, by=two.by)), two.by)
    say(again, "Aalst", "Aalst")
    with pytest.raises(Refused):
        publishing.take_back(run=again, by=two.by)


def test_a_decline_is_repaired_around_what_was_accepted(two: Round) -> None:
    run = publish(two.computed(), two.by)
    say(run, "Dinant", "Dinant")
    say(run, "Dinant", "Brugge")
    say(run, "Aalst", "Gent", yes=False, reason="We are too few")
    draft = actions.derive(run=run, by=two.by, is_repair=True)
    kinds = {(r.kind, r.application.city.name): r.reason for r in draft.rulings.all()}
    assert kinds == {
        (RulingKind.PIN, "Dinant"): "Accepted by both sides",
        (RulingKind.VETO, "Aalst"): "We are too few",
    }
    repaired = two.computed(draft)
    assert two.result(repaired) == {"Aalst": "Ieper", "Dinant": "Brugge"}
    told = {one.city.name for one in publishing.receivers(repaired)}
    assert told == {"Aalst", "Gent", "Ieper"}

    publish(repaired, two.by)

    run.refresh_from_db()
    assert not run.stands
    # What stays as it was keeps its answers; the new match begins anew.
    assert pair_of(repaired, "Dinant").standing == Standing.ACCEPTED
    assert pair_of(repaired, "Aalst").standing == Standing.ASKED


def test_a_run_whose_cities_left_is_repaired_first(two: Round) -> None:
    run = two.computed()
    applying.withdraw(application=two.applications["Aalst"], reason="No", by=two.mallory)
    with pytest.raises(Refused):
        publish(run, two.by)


def test_the_database_holds_what_was_put_to_cities(two: Round) -> None:
    run, other = publish(two.computed(), two.by), two.computed()
    pair, by = pair_of(run, "Aalst"), two.by.pk
    city = {c.name: c.pk for c in City.objects.all()}
    stand = "update twinning_matchrun set published_at = now(), published_by_id = %s where id = %s"
    refused("run_one_stands_a_call", lambda: sql(stand, by, other.pk))
    sql(
        "update twinning_matchpair set pilot_id = %s where run_id = %s",
        two.pilots["Gent"].pk,
        other.pk,
    )
    refused("run_within_places", lambda: sql(stand, by, other.pk))
    for name, row in (
        ("match_declined_with_a_reason", (pair.pk, city["Aalst"], False, "")),
        ("match_answered_by_who_is_asked", (pair.pk, city["Dinant"], True, "")),
        (
            "match_answered_while_it_stands",
            (other.pairs.get(application=pair.application).pk, city["Aalst"], True, ""),
        ),
    ):
        refused(name, lambda row=row: sql(ANSWER, *row, by))  # type: ignore[misc]
    sql(ANSWER, pair.pk, city["Aalst"], True, "", by)
    refused("match_answered_once_a_city", lambda: sql(ANSWER, pair.pk, city["Aalst"], True, "", by))
    change = "update twinning_matchrun set {} where id = %s"
    for name, what, pk in (
        ("run_published_at_with_by", "published_by_id = null", run.pk),
        ("run_ended_at_with_by", "ended_at = now()", run.pk),
    ):
        refused(name, lambda what=what, pk=pk: sql(change.format(what), pk))  # type: ignore[misc]


def test_the_call_leads_the_cities_that_are_asked_to_their_matches(
    two: Round, sign_in: SignIn
) -> None:
    run = two.computed()
    there = two.call.get_absolute_url()
    assert matches_url(two, "Aalst") not in sign_in(of("Aalst")).get(there).content.decode()
    publish(run, two.by)
    for asked in ("Aalst", "Gent"):
        assert matches_url(two, asked) in sign_in(of(asked)).get(there).content.decode()
    # Nobody is matched with Ieper.
    assert matches_url(two, "Ieper") not in sign_in(of("Ieper")).get(there).content.decode()


def test_for_a_city_without_a_lead_its_answer_is_written_down(
    cast: Cast, two: Round, sign_in: SignIn
) -> None:
    run = publish(two.computed(), two.by)
    pair = pair_of(run, "Aalst")
    url = f"/twinning/calls/{run.call.slug}/matches/aalst/"
    client = sign_in(cast.carol)
    assert "Write down what the city has told you" not in client.get(url).content.decode()
    said = {"answer": "yes", "reason": "Nils Bo, by telephone on 3 March"}
    assert post(client, f"{url}{pair.pk}/answer/", said).status_code == 403
    Membership.objects.filter(user=of("Aalst")).update(role=Role.STAFF)
    assert "Write down what the city has told you" in client.get(url).content.decode()
    refused = post(client, f"{url}{pair.pk}/answer/", {"answer": "yes"})
    assert (refused.status_code, MatchAnswer.objects.count()) == (422, 0)
    assert post(client, f"{url}{pair.pk}/answer/", said).status_code == 302
    answer = MatchAnswer.objects.get()
    assert (answer.is_yes, answer.answered_by) == (True, cast.carol)
    told = Event.objects.get(verb="match.answered-for")
    assert (told.direct, told.text) == ([of("Aalst").pk], said["reason"])
    seen = sign_in(of("Aalst")).get(url).content.decode()
    assert "Carol said yes for Aalst." in seen
    assert "Nils Bo, by telephone" in seen
