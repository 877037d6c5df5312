"""The secret address of a person's own calendar."""

from django.db import transaction
from django.utils import timezone

from hub.models import User
from labs.models import CalendarAddress
from labs.models.addresses import new_key


@transaction.atomic
def renew_calendar_address(*, by: User) -> CalendarAddress:
    """Give the person a calendar address, or a new one: the old one opens nothing from now on."""
    address, _is_new = CalendarAddress.objects.update_or_create(
        user=by, defaults={"key": new_key(), "renewed_at": timezone.now()}
    )
    return address


@transaction.atomic
def remove_calendar_address(*, by: User) -> None:
    CalendarAddress.objects.filter(user=by).delete()
