"""What is typed at the door of a Lab."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from hub.forms.texts import Line
from labs.enums import Mode


class DoorForm(forms.Form):
    code = Line(
        label=gettext_lazy("Code on the door"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "class": "short",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class MarkForm(forms.Form):
    """One press on the list: how somebody came, or that they did not."""

    registration = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    came = forms.ChoiceField(choices=[*Mode.choices, ("no", "")])


class PersonSearch(forms.Form):
    q = Line(label=gettext_lazy("Name"), max_length=80, required=False)

    def wanted(self) -> Any:
        return self.cleaned_data["q"] if self.is_valid() else ""
