"""Who keeps a text true: those who edit it, and those who look after it."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from cities.enums import Role, Visibility
from hub import access
from hub.models import User
from knowledge import permissions
from knowledge.enums import FlagKind
from knowledge.models import Article, Flag, Handover

if TYPE_CHECKING:
    from hub.access import Reader

_PLACES = {"programme": Role.COORDINATOR, "city": Role.LEAD}


def radar_keys(user: "Reader") -> list[str]:
    """Keys of the coordinator of a programme and of the lead of a city: what they look after."""
    return sorted(
        access.key(place, pk, role)
        for place, role in _PLACES.items()
        for pk in access.ids_of(user, place, role)
    )


def can_see_radar(user: "Reader") -> bool:
    return bool(radar_keys(user))


def can_check(user: "Reader", article: Article) -> bool:
    """Whoever may edit it may say how true it still is."""
    return article.is_standing and permissions.can_edit(user, article)


def can_look_after(user: "Reader", article: Article) -> bool:
    """May ask its owner, and ask another to answer for it: the owner, coordinator or lead."""
    if not user.is_authenticated or not article.is_standing:
        return False
    if article.owner_id == user.pk:
        return True
    wanted = []
    if article.programme_id:
        wanted.append(access.key("programme", article.programme_id, Role.COORDINATOR))
    if article.city_id:
        wanted.append(access.key("city", article.city_id, Role.LEAD))
    return article.visibility != Visibility.PRIVATE and access.holds(user, *wanted)


def can_hand_over(user: "Reader", article: Article) -> bool:
    """Who looks after it; where its owner has gone, whoever may edit it finds another."""
    if can_look_after(user, article):
        return True
    gone = Flag.objects.open().filter(article=article, kind=FlagKind.OWNER_GONE)
    return can_check(user, article) and gone.exists()


def can_report(user: "Reader", article: Article) -> bool:
    """Whoever may comment may know of a newer figure."""
    return permissions.can_comment(user, article)


def can_answer_handover(user: "Reader", handover: Handover) -> bool:
    return handover.is_open and user.is_authenticated and handover.receiver_id == user.pk


def keepers(article: Article) -> "QuerySet[User]":
    """People who may edit it, and so may answer for it, other than who does."""
    found: QuerySet[User] = User.objects.holding(*article.insiders).exclude(pk=article.owner_id)
    return found.order_by("name", "pk")
