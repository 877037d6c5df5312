from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hub.models import Invitation, User


class JoinForm(forms.Form):
    """An account for the invited address; the address itself is not asked for."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As colleagues in other cities will see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        help_text=_(
            "At least 8 characters. Three words in a row are easy to remember and hard to guess."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        self.invitation = invitation
        started = {"name": invitation.name, "language": invitation.language}
        super().__init__(*args, **kwargs | {"initial": started})

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        person = User(email=self.invitation.email, name=self.cleaned_data.get("name", ""))
        try:
            password_validation.validate_password(password, person)
        except ValidationError as refusal:
            raise forms.ValidationError(refusal.messages) from refusal
        return password
