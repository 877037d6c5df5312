"""A version between being written and being read: sent in, remarked on, decided."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from hub import events
from hub.models import User
from knowledge.actions.articles import lock, put_live
from knowledge.actions.reach import push
from knowledge.enums import ReviewState
from knowledge.models import Article, Remark, Review
from knowledge.reviewers import own_of


class NotOpen(Exception):
    """Somebody has decided, or the text was taken back or written anew meanwhile."""


@transaction.atomic
def send_in(*, by: User, article: Article, reviewers: Iterable[str]) -> Review:
    """Ask the holders of the keys to look at the newest version."""
    locked = lock(article)
    review = Review.objects.create(
        article=locked,
        revision=locked.revisions.get(number=locked.newest_number),
        reviewers=sorted(set(reviewers)),
        sent_by=by,
    )
    push(locked)
    _tell("review.sent", review, by=by, to=_asked(review), text=review.revision.change)
    return review


@transaction.atomic
def remark(*, by: User, review: Review, body: str) -> Remark:
    """Said to those who write the text and to everybody who has remarked on it."""
    locked = _open(review)
    said = Remark.objects.create(review=locked, author=by, body=body)
    heard = locked.remarks.values_list("author_id", flat=True)
    _tell("review.remarked", locked, by=by, to={*own_of(locked), *heard}, text=body[:400])
    return said


@transaction.atomic
def publish(*, by: User, review: Review) -> Article:
    """The version becomes what readers read."""
    article = lock(review.article)
    locked = _open(review)
    locked.revision.article = article
    put_live(by=by, article=article, revision=locked.revision)
    _close(locked, ReviewState.PUBLISHED, by=by)
    push(article)
    return article


@transaction.atomic
def send_back(*, by: User, review: Review, reason: str) -> None:
    article = lock(review.article)
    locked = _open(review)
    _close(locked, ReviewState.SENT_BACK, by=by, reason=reason)
    push(article)
    _tell("review.sent-back", locked, by=by, to=own_of(locked), text=reason[:400])


@transaction.atomic
def withdraw(*, by: User, review: Review) -> None:
    """Taken back by those who write it: it is theirs alone again."""
    article = lock(review.article)
    locked = _open(review)
    _close(locked, ReviewState.WITHDRAWN, by=by)
    push(article)
    _tell("review.withdrawn", locked, by=by, to=_asked(locked))


def _open(review: Review) -> Review:
    # Two who decide at once: the second waits here and finds it decided.
    rows = Review.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("article", "revision").get(pk=review.pk)
    if not locked.is_open:
        raise NotOpen
    return locked


def _close(review: Review, state: ReviewState, *, by: User, reason: str = "") -> None:
    review.state, review.reason = state, reason
    review.decided_at, review.decided_by = timezone.now(), by
    review.save(update_fields=["state", "reason", "decided_at", "decided_by"])


def _asked(review: Review) -> set[int]:
    found = User.objects.holding(*review.reviewers).values_list("pk", flat=True)
    return set(found) - own_of(review)


def _tell(verb: str, review: Review, *, by: User, to: Iterable[int], text: str = "") -> None:
    """Never to followers of the article: only those who see the version hear of it."""
    events.record(
        verb=verb,
        by=by,
        title=review.revision.title,
        text=text,
        url=review.get_absolute_url(),
        audience={*review.article.insiders, *review.reviewers},
        subjects=[review.subject],
        direct=to,
    )
