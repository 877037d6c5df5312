"""When a text gets its day, and another one."""

import datetime as dt

import pytest
from django.utils import timezone

from knowledge.actions import articles
from knowledge.models import Article
from knowledge.upkeep import asking
from knowledge.upkeep.dates import in_months, next_check, today
from tests.conftest import Cast
from tests.knowledge.making import entry, experience, send
from tests.knowledge.upkeep.making import SignIn, check, due


def test_a_text_gets_its_day_when_it_is_published(cast: Cast) -> None:
    written = dt.datetime(2026, 2, 28, 23, 30, tzinfo=dt.UTC)
    made = articles.create(
        by=cast.bob, kind="experience", entry=entry(cast), publish=True, at=written
    )
    assert made.review_by == dt.date(2027, 2, 28)
    assert experience(cast, publish=False).review_by is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-01", 12, "2027-12-01"),
    ],
)
def test_months_end_where_they_end(day: str, months: int, later: str) -> None:
    assert str(in_months(dt.date.fromisoformat(day), months)) == later


def test_a_new_version_is_a_look_at_it_and_a_saved_one_is_not(cast: Cast, article: Article) -> None:
    due(article, 40, asks=2, asked_at=timezone.now())
    saved = articles.revise(by=cast.bob, article=article, entry=entry(cast), base=1, publish=False)
    assert (saved.review_by, saved.asks) == (today() - dt.timedelta(days=40), 2)
    made = articles.revise(by=cast.bob, article=article, entry=entry(cast), base=2, publish=True)
    assert made.review_by == next_check("experience", timezone.now().date())
    assert (made.asks, made.asked_at) == (0, None)


def test_what_an_older_hub_published_gets_its_day_later(cast: Cast, article: Article) -> None:
    Article.objects.update(review_by=None)
    asking.date_what_has_none()
    article.refresh_from_db()
    assert article.published_at is not None
    assert article.review_by == next_check("experience", article.published_at.date())


def test_editors_set_another_day_within_five_years(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    client, path = sign_in(cast.alice), check(article, "date/")
    before = article.review_by
    for bad in (today(), today() - dt.timedelta(days=1), in_months(today(), 61), "soon", ""):
        answer = send(client, path, {"review_by": str(bad)})
        assert answer.status_code == 422, bad
        assert answer.context["date_form"].errors
    article.refresh_from_db()
    assert article.review_by == before
    wanted = in_months(today(), 60)
    assert send(client, path, {"review_by": str(wanted)}).status_code == 302
    article.refresh_from_db()
    assert article.review_by == wanted
    assert send(sign_in(cast.mallory), path, {"review_by": str(today())}).status_code == 403
