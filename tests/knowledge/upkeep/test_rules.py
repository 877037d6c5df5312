"""What the database holds."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hub import samples
from hub.models import Delivery
from knowledge.actions import articles
from knowledge.enums import FlagKind
from knowledge.models import Article, Confirmation, Flag, Handover, Link, Revision
from knowledge.upkeep import actions, asking, sweeping
from knowledge.upkeep.dates import today
from tests.conftest import Cast
from tests.knowledge.making import entry, experience

FLAG = "INSERT INTO knowledge_flag (article_id, kind, evidence, text, raised_at, raised_by_id, settled_at, settled_by_id, how, reason) SELECT id, {} FROM knowledge_article"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (FLAG.format("'dead-link', 'a', '', now(), NULL, NULL, NULL, '', ''"), "flag_once_while_open"),
        (FLAG.format("'odd', 'b', '', now(), NULL, NULL, NULL, '', ''"), "flag_kind_is_known"),
        (FLAG.format("'doubted', '', 'Old', now(), NULL, NULL, NULL, '', ''"), "flag_raised_by_who_may"),
        (FLAG.format("'doubted', '', '', now(), owner_id, NULL, NULL, '', ''"), "flag_raised_by_who_may"),
        (FLAG.format("'overdue', '', '', now(), owner_id, NULL, NULL, '', ''"), "flag_raised_by_who_may"),
        (FLAG.format("'overdue', '', '', now(), NULL, now(), NULL, '', ''"), "flag_settled_at_with_how"),
        (FLAG.format("'overdue', '', '', now(), NULL, now(), NULL, 'seen', ''"), "flag_settled_at_with_how"),
        (FLAG.format("'overdue', '', '', now(), NULL, now(), owner_id, 'by-itself', ''"), "flag_settled_at_with_how"),
        (FLAG.format("'overdue', '', '', now(), NULL, NULL, owner_id, '', ''"), "flag_settled_at_with_how"),
        (FLAG.format("'newer-figure', 'c', 'x', now(), owner_id, now(), owner_id, 'declined', ''"), "flag_declined_says_why"),
        (FLAG.format("'newer-figure', 'c', 'x', now(), owner_id, now(), owner_id, 'taken', 'No'"), "flag_declined_says_why"),
        (FLAG.format("'reuse-stopped', 'c', '', now(), NULL, NULL, NULL, '', ''"), "flag_reuse_only_of_stopped"),
        ("UPDATE knowledge_confirmation SET review_by = '2030-01-01'", "confirmation_kept"),
        ("UPDATE knowledge_confirmation SET confirmed_at = now()", "confirmation_kept"),
        (
            "INSERT INTO knowledge_confirmation (article_id, revision_id, confirmed_at, confirmed_by_id, way, review_by) SELECT article_id, revision_id, confirmed_at, confirmed_by_id, 'fax', review_by FROM knowledge_confirmation",
            "confirmation_way_is_known",
        ),
        (
            "INSERT INTO knowledge_confirmation (article_id, revision_id, confirmed_at, confirmed_by_id, way, review_by) SELECT article_id, (SELECT max(id) FROM knowledge_revision), confirmed_at, confirmed_by_id, way, review_by FROM knowledge_confirmation",
            "confirmation_of_own_version",
        ),
        (
            "INSERT INTO knowledge_handover (article_id, receiver_id, note, state, asked_at, asked_by_id) SELECT article_id, receiver_id, note, state, asked_at, asked_by_id FROM knowledge_handover",
            "handover_one_open_per_article",
        ),
        ("UPDATE knowledge_handover SET state = 'declined'", "handover_answered_at_with_by"),
        ("UPDATE knowledge_handover SET answered_at = now()", "handover_answered_at_with_by"),
        ("UPDATE knowledge_handover SET state = 'lost', answered_at = now(), answered_by_id = asked_by_id", "handover_state_is_known"),
        ("UPDATE knowledge_handover SET state = 'accepted', answered_at = now(), answered_by_id = asked_by_id", "handover_accepted_by_its_receiver"),
        ("INSERT INTO knowledge_link (article_id, address, host, state, met, due_at, failures) SELECT article_id, address, host, state, met, due_at, failures FROM knowledge_link", "link_once_per_article"),
        ("UPDATE knowledge_link SET state = 'odd'", "link_state_is_known"),
        ("UPDATE knowledge_link SET address = 'file:///etc/passwd'", "link_is_on_the_web"),
        ("UPDATE knowledge_link SET state = 'dead', failures = 2, failed_on = now()", "link_dead_after_three_days"),
        ("UPDATE knowledge_link SET failures = 3", "link_failures_with_day"),
        ("UPDATE knowledge_link SET failed_on = now()", "link_failures_with_day"),
    ],
)  # fmt: skip
def test_the_database_holds_it(
    cast: Cast, article: Article, statement: str, constraint: str
) -> None:
    actions.confirm(by=cast.bob, article=article, way="page")
    actions.hand_over(by=cast.bob, article=article, receiver=cast.alice)
    Link.objects.create(article=article, address="https://a.example/", host="a.example")
    Flag.objects.create(article=article, kind="dead-link", evidence="a")
    if "max(id)" in statement:
        experience(cast, title="Another")
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_a_version_that_was_never_published_is_not_confirmed(cast: Cast, article: Article) -> None:
    articles.revise(by=cast.bob, article=article, entry=entry(cast), base=1, publish=False)
    unseen = Revision.objects.get(number=2)
    with pytest.raises(IntegrityError, match="published version"), transaction.atomic():
        Confirmation.objects.create(
            article=article, revision=unseen, confirmed_by=cast.bob, way="page", review_by=today()
        )


def test_whose_account_is_erased_leaves_the_confirmation(cast: Cast, article: Article) -> None:
    made = actions.confirm(by=cast.bob, article=article, way="page")
    Confirmation.objects.filter(pk=made.pk).update(confirmed_by=cast.carol)
    assert Confirmation.objects.get().confirmed_by == cast.carol


def test_every_kind_of_flag_weighs_something_on_the_radar() -> None:
    from knowledge.upkeep.radar import WEIGHTS

    assert set(WEIGHTS) == set(FlagKind)


def test_the_sample_texts_show_it_and_go_away(db: None, settings: Any, tmp_path: Path) -> None:
    settings.SAMPLE_HUB, settings.VAR_DIR = True, tmp_path
    samples.load()
    sweeping.sweep()
    asking.ask_what_is_due()
    flags = Flag.objects.open().order_by("kind").values_list("kind", "article__is_sample")
    assert list(flags) == [("dead-link", True), ("overdue", True), ("reuse-stopped", True)]
    assert Confirmation.objects.get().article.is_sample
    assert Delivery.objects.filter(kind="article.still-true").count() == 0
    late = Article.objects.get(flags__kind="overdue")
    assert late.review_by is not None
    assert late.review_by < today() - dt.timedelta(days=90)
    samples.remove()
    left = [m.objects.count() for m in (Article, Flag, Confirmation, Handover, Link)]
    assert left == [0, 0, 0, 0, 0]
