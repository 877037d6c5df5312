from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from hub.models import Notification, User


class HubBackend(AuthenticationBackend):
    """Signs in by e-mail; reads the person, all keys and the unread count in one query."""

    def get_user(self, user_id: Any) -> User | None:
        unread = (
            Notification.objects.filter(user=OuterRef("pk"), read_at=None)
            .order_by()
            .values("user")
            .annotate(n=Count("pk"))
            .values("n")
        )
        return (
            User.objects.with_keys()
            .annotate(unread_count=Coalesce(Subquery(unread), 0))
            .filter(Q(is_active=True), pk=user_id)
            .first()
        )
