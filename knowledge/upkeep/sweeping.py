"""Flags that the clock puts up and takes down; safe to run at any time, and twice at once."""

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from cities.enums import Role, Visibility
from cities.models import Membership
from knowledge.enums import FlagKind, HandoverState, LinkState, ReuseStage, Settled, State
from knowledge.models import Article, Flag, Handover, Link, ReuseStep
from knowledge.upkeep import flags
from knowledge.upkeep.dates import today

AT_ONCE = 500


def sweep() -> None:
    take_down_what_is_so_no_more()
    flag_owners_who_are_gone()
    flag_reuse_that_was_stopped()


def flag_owners_who_are_gone() -> None:
    up = Flag.objects.open().filter(article=OuterRef("pk"), kind=FlagKind.OWNER_GONE)
    gone = _without_owner().exclude(Exists(up)).order_by("pk")
    for pk, owner in gone.values_list("pk", "owner_id")[:AT_ONCE]:
        flags.put_up(pk, FlagKind.OWNER_GONE, f"user:{owner}")


def _without_owner() -> "QuerySet[Article]":
    """Closed accounts, those who belong nowhere, and those who have left its city or programme.

    Who wrote it may edit it for ever: that alone does not mean that they can answer for it. Who
    took it over by their own word after leaving, or never was of the place, goes on.
    """
    held = Membership.objects.current().filter(user=OuterRef("owner"))
    at_place = Q(city=OuterRef("city"), role__in=[Role.LEAD, Role.STAFF])
    at_place |= Q(programme=OuterRef("programme"), role=Role.COORDINATOR)
    took_it_since = Handover.objects.filter(
        article=OuterRef(OuterRef("pk")),
        receiver=OuterRef("user"),
        state=HandoverState.ACCEPTED,
        answered_at__gte=OuterRef("ended_at"),
    )
    left = Membership.objects.filter(at_place, user=OuterRef("owner"), ended_at__isnull=False)
    goes_on = ~Exists(left.exclude(Exists(took_it_since)))
    belongs = Exists(held.filter(at_place)) | (Exists(held) & goes_on)
    has_place = Q(city__isnull=False) | Q(programme__isnull=False)
    found: QuerySet[Article] = Article.objects.kept_true()
    return found.filter(
        Q(owner__is_active=False) | (has_place & ~Q(visibility=Visibility.PRIVATE) & ~belongs)
    )


def flag_reuse_that_was_stopped() -> None:
    """Each stop once: who has looked at it is not told of the same one again."""
    evidence = Concat(Value("step:"), Cast(OuterRef("pk"), CharField()))
    known = Flag.objects.filter(kind=FlagKind.REUSE_STOPPED, evidence=evidence)
    stops = ReuseStep.objects.filter(
        stage=ReuseStage.STOPPED,
        reuse__stage=ReuseStage.STOPPED,
        reuse__article__state=State.PUBLISHED,
        reuse__article__removed_at=None,
    )
    new = stops.exclude(Exists(known)).order_by("pk")
    text = Coalesce("reuse__article__translation__original", "reuse__article")
    for pk, reuse, article in new.values_list("pk", "reuse", text)[:AT_ONCE]:
        flags.put_up(article, FlagKind.REUSE_STOPPED, f"step:{pk}", reuse_id=reuse)


def take_down_what_is_so_no_more() -> None:
    """Flags of the clock whose reason has gone, and all of a text that is not published."""
    up = Flag.objects.open()
    dead = Link.objects.filter(
        article=OuterRef("article"), address=OuterRef("evidence"), state=LinkState.DEAD
    )
    gone = _without_owner().filter(pk=OuterRef("article"))
    same_owner = Concat(Value("user:"), Cast(F("article__owner"), CharField()))
    over = [
        up.exclude(article__state=State.PUBLISHED),
        up.filter(kind=FlagKind.OVERDUE, article__review_by__gt=today()),
        up.filter(kind=FlagKind.DEAD_LINK).exclude(Exists(dead)),
        up.filter(kind=FlagKind.REUSE_STOPPED).exclude(reuse__stage=ReuseStage.STOPPED),
        up.filter(kind=FlagKind.OWNER_GONE).exclude(Exists(gone)),
        up.filter(kind=FlagKind.OWNER_GONE).exclude(evidence=same_owner),
    ]
    for flagged in over:
        ids = list(flagged.values_list("pk", flat=True))
        flags.take_down(Flag.objects.filter(pk__in=ids), Settled.BY_ITSELF)
