from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cities.enums import ROLES_OF_CITY, ROLES_OF_ORGANISATION, ROLES_OF_PROGRAMME, Role
from cities.models import City, Membership, OfferedMembership, Organisation
from cities.people.actions import field_of
from cities.people.permissions import Place
from hub.models import Invitation
from hub.models.users import normal_email


def roles_at(place: Place) -> tuple[Role, ...]:
    if isinstance(place, City):
        return ROLES_OF_CITY
    return ROLES_OF_ORGANISATION if isinstance(place, Organisation) else ROLES_OF_PROGRAMME


class RoleField(forms.ChoiceField):
    """The roles there are at one place."""

    def __init__(self, place: Place) -> None:
        choices = [(role.value, capfirst(str(role.label))) for role in roles_at(place)]
        super().__init__(label=_("Role"), choices=choices, widget=forms.RadioSelect)


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The address at work. The link works for this address only."),
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    message = forms.CharField(
        label=_("A few words from you"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        self.place = place
        super().__init__(*args, **kwargs)
        self.fields["role"] = RoleField(place)
        self.order_fields(["email", "role", "name", "language", "message"])

    def clean_email(self) -> str:
        return normal_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        email, role = data.get("email"), data.get("role")
        if email and role:
            self._refuse_members(email, role)
            self._refuse_invited(email, role)
        return data

    def _refuse_members(self, email: str, role: str) -> None:
        held = Membership.objects.current().filter(user__email=email, **field_of(self.place))
        # One is lead or staff of a city; in a programme one may hold several roles.
        if not isinstance(self.place, City):
            held = held.filter(role=role)
        member = held.select_related("user").first()
        if member is not None:
            facts = {"person": member.user, "role": member.get_role_display()}
            self.add_error("email", _("%(person)s is a member here already: %(role)s.") % facts)

    def _refuse_invited(self, email: str, role: str) -> None:
        offered = OfferedMembership.objects.filter(
            invitation__in=Invitation.objects.waiting().filter(email=email),
            role=role,
            **field_of(self.place),
        )
        if offered.exists():
            self.add_error(
                "email",
                _("This address has been invited already. Send that invitation again instead."),
            )


class RoleForm(forms.Form):
    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": {"role": membership.role}})
        self.fields["role"] = RoleField(membership.place)
