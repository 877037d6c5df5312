"""Still true, doubted, no longer true: answered on the page."""

import pytest

from hub.models import Delivery, Event
from knowledge.models import Article, Confirmation, Flag, Handover
from knowledge.upkeep import actions, asking
from knowledge.upkeep.dates import in_months, next_check, today
from tests.conftest import Cast
from tests.knowledge.making import send
from tests.knowledge.upkeep.making import SignIn, check, due, up


def test_still_true_takes_one_press_and_is_kept(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    due(article, 100, asks=3)
    Flag.objects.create(article=article, kind="overdue", evidence=str(article.review_by))
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Not checked for a while" in page
    client = sign_in(cast.alice)
    assert client.get(check(article)).status_code == 200
    assert Confirmation.objects.count() == 0
    answer = send(client, check(article), {"answer": "still-true"})
    assert (answer.status_code, answer["Location"]) == (302, check(article))
    made = Confirmation.objects.get()
    assert (made.confirmed_by, made.revision, made.way) == (cast.alice, article.live, "page")
    article.refresh_from_db()
    assert article.review_by == made.review_by == next_check("experience", today())
    flag = Flag.objects.get()
    assert (flag.how, flag.settled_by) == ("still-true", cast.alice)
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Not checked for a while" not in page
    assert "by Alice" in page


def test_a_later_day_that_was_chosen_is_not_made_earlier(cast: Cast, article: Article) -> None:
    later = in_months(today(), 30)
    actions.set_date(by=cast.bob, article=article, day=later)
    made = actions.confirm(by=cast.bob, article=article, way="page")
    assert made.review_by == later


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "answer"),
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "doubt", "words": "  "}, "words"),
        ({"answer": "archive"}, "words"),
        ({"answer": "archive", "words": "x" * 301}, "words"),
        ({"answer": "hand-over"}, "receiver"),
        ({"answer": "hand-over", "receiver": "MALLORY"}, "receiver"),
    ],
)
def test_bad_answers_change_nothing(
    cast: Cast, article: Article, sign_in: SignIn, data: dict[str, str], field: str
) -> None:
    if data.get("receiver"):
        data = data | {"receiver": str(cast.mallory.pk)}
    before = Article.objects.values().get()
    answer = send(sign_in(cast.bob), check(article), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "error-summary" in answer.content.decode()
    assert Article.objects.values().get() == before
    assert (Flag.objects.count(), Handover.objects.count(), Confirmation.objects.count()) == (
        0,
        0,
        0,
    )


def test_a_doubt_is_shown_to_readers_and_escaped(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    words = "Costs <script>alert(1)</script> doubled"
    assert (
        send(sign_in(cast.bob), check(article), {"answer": "doubt", "words": words}).status_code
        == 302
    )
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "This may be out of date" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; doubled" in page
    assert "<script>alert" not in page
    article.refresh_from_db()
    assert article.review_by == in_months(today(), 3)
    event = Event.objects.get(verb="article.doubted")
    assert (event.audience, event.text) == (["public"], words)
    flag = Flag.objects.get()
    send(sign_in(cast.alice), check(article, f"flags/{flag.pk}/"), {})
    flag.refresh_from_db()
    assert (flag.how, flag.settled_by) == ("lifted", cast.alice)
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "This may be out of date" not in page


def test_a_second_doubt_takes_the_place_of_the_first(cast: Cast, article: Article) -> None:
    actions.doubt(by=cast.bob, article=article, reason="First")
    actions.doubt(by=cast.alice, article=article, reason="Second")
    assert list(Flag.objects.open().values_list("text", flat=True)) == ["Second"]
    actions.confirm(by=cast.bob, article=article, way="page")
    assert up(article) == []


def test_no_longer_true_archives_with_the_reason(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    asking.ask(due(article))
    answer = send(sign_in(cast.bob), check(article), {"answer": "archive", "words": "Sold"})
    assert (answer.status_code, answer["Location"]) == (302, article.get_absolute_url())
    article.refresh_from_db()
    assert (article.state, article.archive_reason) == ("archived", "Sold")
    assert Delivery.objects.get(kind="article.still-true").state == "superseded"
    assert sign_in(cast.bob).get(check(article)).status_code == 404
