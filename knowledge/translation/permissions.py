"""Who translates, and who sees what is left to translate: checks of keys, no queries."""

from typing import TYPE_CHECKING

from knowledge import permissions
from knowledge.enums import State
from knowledge.models import Article

if TYPE_CHECKING:
    from hub.access import Reader


def can_translate(user: "Reader", original: Article) -> bool:
    """Whoever may write here, of what is published; that they see it is asked before."""
    return (
        user.is_authenticated
        and original.state == State.PUBLISHED
        and original.removed_at is None
        and permissions.can_write_any(user)
    )


def can_see_debt(user: "Reader") -> bool:
    """Coordinators, and whoever may translate."""
    return user.is_authenticated and permissions.can_write_any(user)
