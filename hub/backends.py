from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from hub.models import Notification, User

#: Recovery codes alone are no second factor: they stand in for one that is lost.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
#: Stands in the compiled statement where the person's number goes.
ANYBODY = -1


class HubBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by e-mail; reads the person, all keys and the unread count in one query."""

    def get_user(self, user_id: Any) -> User | None:
        sql, params = _statement()
        wanted = [user_id if param == ANYBODY else param for param in params]
        user: User | None = next(iter(User.objects.raw(sql, wanted)), None)
        # Sign-in asks for the factor of whoever has one; who has none goes without the keys.
        if user is not None and not user.has_second_factor and not settings.SAMPLE_HUB:
            user.hold_back_privileges()
        return user


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Its SQL, made once: building it anew costs more than the database needs to answer it."""
    unread = (
        Notification.objects.filter(user=OuterRef("pk"), read_at=None)
        .order_by()
        .values("user")
        .annotate(n=Count("pk"))
        .values("n")
    )
    second = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    person = (
        User.objects.with_keys()
        .annotate(unread_count=Coalesce(Subquery(unread), 0), has_second_factor=Exists(second))
        .filter(is_active=True, pk=ANYBODY)
    )
    sql, params = person.query.sql_with_params()
    return sql, params
