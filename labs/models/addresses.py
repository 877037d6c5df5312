import secrets
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

if TYPE_CHECKING:
    from hub.access import Reader

SALT = "labs.calendar-address"
#: Characters of the public half of a token, which finds the row, and of the half that proves it.
KEY, PROOF = 16, 40


def new_key() -> str:
    return secrets.token_hex(KEY // 2)


def key_of(token: str) -> str:
    """The public half of a token; empty where it was not made here."""
    key, _dash, proof = token.partition("-")
    return key if constant_time_compare(proof, _proof(key)) else ""


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def visible_to(self, user: "Reader") -> "CalendarAddressQuerySet":
        """One's own, and nobody else's."""
        return self.filter(user=user.pk)


class CalendarAddress(models.Model):
    """The secret address under which a person's own Labs are read; a new key ends the old one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_address"
    )
    #: Half of the token: the database alone does not open the calendar.
    key = models.CharField(max_length=KEY, unique=True, default=new_key)
    renewed_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["CalendarAddress"]] = CalendarAddressQuerySet.as_manager()

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"

    @property
    def token(self) -> str:
        return f"{self.key}-{_proof(self.key)}"


def _proof(key: str) -> str:
    return salted_hmac(SALT, key, algorithm="sha256").hexdigest()[:PROOF]
