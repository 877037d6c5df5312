"""Texts that may no longer be true, those first that matter most.

    rank = (1 + readers + 5 x cities that use it) x (months overdue + the weight of its flags)

Readers are people who were signed in and read it; of months no more than 24 count. The page
shows the same words (templates/knowledge/upkeep/radar.html).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from knowledge.enums import FlagKind, ReuseStage
from knowledge.models import Article, Flag, Reading, Reuse
from knowledge.upkeep import words
from knowledge.upkeep.dates import today
from knowledge.upkeep.permissions import radar_keys

if TYPE_CHECKING:
    from hub.access import Reader

WEIGHTS = {
    FlagKind.OWNER_GONE: 3,
    FlagKind.DOUBTED: 3,
    FlagKind.NEWER_FIGURE: 3,
    FlagKind.DEAD_LINK: 2,
    FlagKind.REUSE_STOPPED: 2,
    FlagKind.OVERDUE: 1,
}
OF_A_USE = 5
MOST_MONTHS = 24
#: Of a file.
MOST = 5000


def reach(user: "Reader") -> "QuerySet[Article]":
    """Published texts of one's programmes and cities; what only its authors read is not theirs."""
    found: QuerySet[Article] = Article.objects.kept_true().visible_to(user)
    return found.filter(insiders__overlap=radar_keys(user))


def ranked(user: "Reader", wanted: dict[str, Any]) -> "QuerySet[Article]":
    """Flagged texts within reach that fit the filter, with all that a row shows."""
    up = Flag.objects.open().filter(article=OuterRef("pk"))
    if kind := wanted.get("flag"):
        up = up.filter(kind=kind)
    found = reach(user).filter(Exists(up))
    for name in ("city", "programme"):
        if slug := wanted.get(name):
            found = found.filter(**{f"{name}__slug": slug})
    weights = Case(*[When(kind=k, then=Value(w)) for k, w in WEIGHTS.items()], default=Value(1))
    flags = Flag.objects.open().filter(article=OuterRef("pk")).order_by().values("article")
    return (
        found.select_related("city", "programme", "owner")
        .prefetch_related(Prefetch("flags", _shown_flags(), to_attr="open_flags"))
        .annotate(
            readers=_count(Reading.objects.all()),
            uses=_count(Reuse.objects.exclude(stage=ReuseStage.STOPPED)),
            months=_months_overdue(),
            weight=Coalesce(Subquery(flags.annotate(n=Sum(weights)).values("n")), 0),
        )
        .annotate(rank=(F("readers") + F("uses") * OF_A_USE + 1) * (F("months") + F("weight")))
        .order_by("-rank", "review_by", "pk")
    )


def _shown_flags() -> "QuerySet[Flag]":
    people = ("raised_by", "reuse__city", "article__owner")
    return Flag.objects.open().select_related(*people)


def _count(found: "QuerySet[Any]") -> Coalesce:
    rows = found.filter(article=OuterRef("pk")).order_by().values("article")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def _months_overdue() -> Func:
    return Func(
        Cast(Value(today()), DateField()),
        F("review_by"),
        template=f"LEAST({MOST_MONTHS}, GREATEST(0, (%(expressions)s) / 30))",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )


def rows(articles: Iterable[Any]) -> Iterable[list[str]]:
    """The same for a spreadsheet."""
    yield [
        _("Text"),
        _("Address"),
        _("City"),
        _("Programme"),
        _("Who answers for it"),
        _("To be checked by"),
        _("Asked by mail"),
        _("Readers"),
        _("Cities that use it"),
        _("Rank"),
        _("Why"),
    ]
    for article in articles:
        yield [
            article.title,
            settings.BASE_URL + article.get_absolute_url(),
            article.city.name if article.city else "",
            article.programme.name if article.programme else "",
            str(article.owner),
            str(article.review_by or ""),
            str(article.asked_at.date()) if article.asked_at else "",
            str(article.readers),
            str(article.uses),
            str(article.rank),
            " / ".join(words.sentence(flag) for flag in article.open_flags),
        ]
