from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from hub.models import Invitation
from hub.models.users import normal_email


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation: the hub is a working place, not an open forum."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        token = request.session.get("invitation")
        return bool(token) and Invitation.objects.open().filter(token=token).exists()

    def clean_email(self, email: str) -> str:
        return normal_email(super().clean_email(email))
