"""How true the sample texts still are: one not checked, one with a dead link, one just checked."""

from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from hub.models import User
from knowledge.enums import FlagKind, LinkState, Way
from knowledge.models import Article, Confirmation, Flag, Handover, Link
from knowledge.upkeep import actions, flags
from knowledge.upkeep.dates import MOST_ASKS, today
from knowledge.upkeep.links import DEAD_AFTER_DAYS, addresses


def load(article: Article, state: str) -> None:
    now = timezone.now()
    if state == "overdue":
        asked = {"asks": MOST_ASKS + 1, "asked_at": now - timedelta(days=14)}
        Article.objects.filter(pk=article.pk).update(**asked)
        flags.put_up(article, FlagKind.OVERDUE, str(article.review_by))
    elif state == "confirmed":
        at = now - timedelta(days=2)
        actions.confirm(by=article.owner, article=article, way=Way.MAIL, at=at)
    elif state == "dead-link":
        for address, host in addresses(article).items():
            Link.objects.create(
                article=article,
                address=address,
                host=host,
                state=LinkState.DEAD,
                met="404",
                failures=DEAD_AFTER_DAYS,
                failed_on=today(),
                due_at=now + timedelta(days=7),
            )
            flags.put_up(article, FlagKind.DEAD_LINK, address, text="404")


def remove(ours: "QuerySet[Article]", people: "QuerySet[User]") -> None:
    """What sample people said of other texts; what is said of theirs goes with them."""
    Confirmation.objects.filter(Q(article__in=ours) | Q(confirmed_by__in=people)).delete()
    Handover.objects.filter(
        Q(article__in=ours)
        | Q(receiver__in=people)
        | Q(asked_by__in=people)
        | Q(answered_by__in=people)
    ).delete()
    Flag.objects.filter(
        Q(article__in=ours) | Q(raised_by__in=people) | Q(settled_by__in=people)
    ).delete()
    taken = Article.objects.filter(owner__in=people).exclude(pk__in=ours)
    taken.update(owner=F("created_by"))
