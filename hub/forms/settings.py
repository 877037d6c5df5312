from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hub.enums import Theme
from hub.forms.zones import ZoneField
from hub.models import User


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person decides about themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = ZoneField(
        label=_("Time zone"),
        help_text=_("Dates and hours are shown in this zone, unless a Lab names its own."),
    )
    theme = forms.ChoiceField(label=_("Light or dark"), choices=Theme, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "theme"]
        labels = {"name": _("Name")}
        help_texts = {"name": _("As colleagues in other cities see it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme)
