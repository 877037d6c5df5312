"""Asking the owner of a text whether it is still true: once when the day comes, and once more."""

import datetime as dt

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from hub import delivery
from hub.models import Delivery, User
from hub.wallclock import out_of_the_night
from knowledge.actions.articles import lock
from knowledge.enums import FlagKind
from knowledge.models import Article
from knowledge.upkeep import flags
from knowledge.upkeep.dates import ASK_AGAIN, MOST_ASKS, next_check, today

STILL_TRUE, HANDOVER = "article.still-true", "article.handover"
#: Until the next mail is due there is time to send this one.
LASTS = dt.timedelta(days=10)
AT_ONCE = 200


def ask_what_is_due() -> int:
    """All whose day has come or is past; safe to run at any time, and twice at once."""
    date_what_has_none()
    due = _due().order_by("review_by", "pk").values_list("pk", flat=True)
    return sum(_ask_in_turn(pk) for pk in list(due[:AT_ONCE]))


def date_what_has_none() -> None:
    """Published by an older version of the hub while it was being replaced."""
    for article in Article.objects.kept_true().filter(review_by=None)[:AT_ONCE]:
        if article.published_at is not None:
            day = next_check(article.kind, article.published_at.date())
            Article.objects.filter(pk=article.pk, review_by=None).update(review_by=day)


def _due() -> "QuerySet[Article]":
    waited = Q(asks=0) | Q(asked_at__lte=timezone.now() - ASK_AGAIN)
    found: QuerySet[Article] = Article.objects.kept_true()
    return found.filter(waited, asks__lte=MOST_ASKS, review_by__lte=today())


@transaction.atomic
def _ask_in_turn(pk: int) -> bool:
    # Two sweeps at once: the second waits here and finds it asked.
    article = lock(Article(pk=pk))
    if not _due().filter(pk=pk).exists():
        return False
    if article.asks < MOST_ASKS:
        ask(article)
    else:
        Article.objects.filter(pk=pk).update(asks=MOST_ASKS + 1)
        flags.put_up(article, FlagKind.OVERDUE, str(article.review_by))
    return True


def ask(article: Article, *, by: User | None = None) -> None:
    """A mail to the owner of a locked text, not at night; `by` asks beside the clock."""
    now, owner = timezone.now(), article.owner
    article.asks, article.asked_at = article.asks + 1 if by is None else max(article.asks, 1), now
    article.save(update_fields=["asks", "asked_at"])
    if owner.is_active:
        due_at = out_of_the_night(now, owner.time_zone, now + LASTS)
        delivery.plan(
            kind=STILL_TRUE,
            event=article.subject,
            receivers=[owner],
            version=_last_version(article) + 1,
            due_at=due_at,
            expires_at=due_at + LASTS,
            facts={"asked_by": str(by)} if by else {},
        )


def forget_mails(article: Article) -> None:
    """What waits to be sent about a locked text is asked no more."""
    below = _last_version(article) + 1
    delivery.supersede(event=article.subject, below=below, kinds=[STILL_TRUE])


def _last_version(article: Article) -> int:
    rows = Delivery.objects.about(article.subject).filter(kind=STILL_TRUE)
    return rows.aggregate(last=Max("version"))["last"] or 0
