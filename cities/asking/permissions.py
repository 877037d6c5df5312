"""Who may ask whom through the hub, and write on in what was begun."""

from typing import TYPE_CHECKING

from cities.models import Inquiry, Profile, Refusal
from hub.models import User

if TYPE_CHECKING:
    from hub.access import Reader


def can_ask(user: "Reader", person: User, profile: Profile | None) -> bool:
    """Of somebody whom the person may know of (`visible_to`); the same no for every reason."""
    if not isinstance(user, User) or user.pk == person.pk or not person.is_listed:
        return False
    if profile is not None and not profile.takes_questions:
        return False
    return not Refusal.objects.between(user, person).exists()


def can_write(user: User, inquiry: Inquiry) -> bool:
    """Both write on, until one of them wants no more or is gone."""
    other = inquiry.other_than(user)
    return other.is_active and not Refusal.objects.between(user, other).exists()
