"""Who answers a need, and who says whether it helped: checks of keys, no queries."""

from typing import TYPE_CHECKING

from cities.models import Wish
from cities.needs.permissions import can_state
from knowledge.models import Answer
from knowledge.permissions import belongs

if TYPE_CHECKING:
    from hub.access import Reader


def can_answer(user: "Reader", wish: Wish) -> bool:
    """Anyone who belongs somewhere, as long as the city still wants to know."""
    return wish.is_need and wish.is_open and belongs(user)


def can_judge(user: "Reader", wish: Wish) -> bool:
    return user.is_authenticated and wish.removed_at is None and can_state(user, wish.city)


def can_take_away(user: "Reader", answer: Answer) -> bool:
    """Whoever gave it, and the city that it stands with."""
    # What was taken down stays as it is, for an appeal.
    if answer.removed_at is not None:
        return False
    return answer.given_by_id == user.pk or can_judge(user, answer.wish)
