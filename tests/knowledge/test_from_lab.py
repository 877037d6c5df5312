"""One press on a Lab that has been held makes a draft of what its minutes hold."""

from collections.abc import Callable

import pytest
from django.test import Client

from hub.editing import Written
from hub.models import User
from knowledge.models import Article
from labs import actions
from labs.models import Lab, Minutes
from tests.conftest import Cast
from tests.knowledge.making import domain
from tests.labs.conftest import make_lab, post
from tests.labs.minutes import begun, held, owe

__all__ = ["make_lab"]

SignIn = Callable[[User | None], Client]


def pressed(client: Client, minutes: Minutes, kind: str) -> Article:
    answer = post(client, f"/knowledge/from-lab/{minutes.lab.slug}/", {"kind": kind})
    assert answer.status_code == 302
    article = Article.objects.latest("pk")
    assert answer.headers["Location"] == f"/knowledge/{article.slug}/edit/"
    return article


def test_an_experience_begins_with_what_was_said_and_decided(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: SignIn
) -> None:
    domain("mobility")
    minutes = held(make_lab)
    client = sign_in(cast.bob)
    page = client.get(minutes.lab.get_absolute_url()).content.decode()
    assert "Draft an experience" in page
    assert "Draft a case note" in page
    article = pressed(client, minutes, "experience")
    assert (article.state, article.owner, article.city, article.lab, article.visibility) == (
        "draft",
        cast.bob,
        cast.lund,
        minutes.lab,
        "programme",
    )
    fields = article.revisions.get().fields
    assert "- Welcome\n- Pipes" in fields["tried"]
    for words in (
        "### Welcome\n\nSaid at Welcome",
        "### Decisions\n\n- One tariff for all",
        "### Follow-ups\n\n- Ask the heat company (",
    ):
        assert words in fields["happened"]
    editor = client.get(f"/knowledge/{article.slug}/edit/").content.decode()
    assert "Said at Welcome" in editor


def test_a_case_note_is_drafted_by_a_coordinator_in_the_labs_language(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: SignIn
) -> None:
    minutes = held(make_lab, language="sv")
    client = sign_in(cast.carol)
    page = client.get(minutes.lab.get_absolute_url()).content.decode()
    assert ("Draft an experience" in page, "Draft a case note" in page) == (False, True)
    article = pressed(client, minutes, "case-note")
    fields = article.revisions.get().fields
    assert fields["challenge"].startswith("Where waste heat comes from.")
    assert "Said at Pipes" in fields["blocks"]
    assert "One tariff for all" in fields["timeline"]
    assert (article.language, article.city, article.programme) == ("sv", None, cast.syd)


def test_what_was_said_in_the_team_stays_with_its_author(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: SignIn
) -> None:
    minutes = held(make_lab, audience="transition-team")
    article = pressed(sign_in(cast.alice), minutes, "experience")
    assert article.audience == [f"user:{cast.alice.pk}"]
    assert sign_in(cast.bob).get(f"/knowledge/{article.slug}/").status_code == 404


def test_unpublished_minutes_are_not_passed_on(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    owe(minutes, "Unripe", cast.bob)
    actions.hold(by=cast.carol, lab=minutes.lab)
    article = pressed(sign_in(cast.alice), minutes, "experience")
    assert set(article.revisions.get().fields) == {"tried"}


def test_long_minutes_are_cut_where_a_section_ends(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    point = minutes.points.all()[0]
    texts = [Written(str(point.pk), "A line of talk\n" * 3_000, 1, True)]
    actions.write_minutes(by=cast.carol, minutes=minutes, texts=texts)
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    article = pressed(sign_in(cast.bob), minutes, "experience")
    happened = article.revisions.get().fields["happened"]
    assert len(happened) <= 20_000
    assert happened.endswith("A line of talk\n…")


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [
        (None, "experience", 302),
        ("rita", "experience", 403),
        ("carol", "experience", 403),
        ("mallory", "case-note", 404),
        ("bob", "poem", 400),
    ],
)
def test_others_and_nonsense_make_nothing(
    cast: Cast,
    make_lab: Callable[..., Lab],
    sign_in: SignIn,
    who: str | None,
    kind: str,
    status: int,
) -> None:
    minutes = held(make_lab)
    client = sign_in(getattr(cast, who) if who else None)
    answer = post(client, f"/knowledge/from-lab/{minutes.lab.slug}/", {"kind": kind})
    assert answer.status_code == status
    assert Article.objects.count() == 0


def test_a_lab_that_is_not_over_makes_no_draft(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: SignIn
) -> None:
    lab = make_lab(audience="cities")
    answer = post(sign_in(cast.bob), f"/knowledge/from-lab/{lab.slug}/", {"kind": "experience"})
    assert (answer.status_code, Article.objects.count()) == (404, 0)
