"""Who speaks for which end of a reuse: checks of keys, no queries."""

from typing import TYPE_CHECKING

from hub import access
from knowledge.enums import State
from knowledge.models import Article, Reuse

if TYPE_CHECKING:
    from hub.access import Reader


def cities_of(user: "Reader", article: Article) -> list[int]:
    """For which cities the person may declare: their own, and not the one that wrote."""
    if not user.is_authenticated or article.state != State.PUBLISHED:
        return []
    return [pk for pk in access.ids_of(user, "city") if pk != article.city_id]


def can_change(user: "Reader", reuse: Reuse) -> bool:
    return user.is_authenticated and access.holds(user, access.key("city", reuse.city_id))


def can_answer(user: "Reader", article: Article) -> bool:
    """The city that wrote; where none did, the programme's coordinator."""
    if not user.is_authenticated:
        return False
    if article.city_id:
        return access.holds(user, access.key("city", article.city_id))
    if article.programme_id is None:
        return False
    return access.holds(user, access.key("programme", article.programme_id, "coordinator"))
