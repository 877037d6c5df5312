from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cities.forms import ANY, Filter
from cities.twinning.enums import GroupState

LOOKS: list[tuple[str, Any]] = [
    ("silent", _("Silent for four weeks or more")),
    ("behind", _("Something is overdue")),
    ("doubt", _("A city is in doubt")),
    ("unanswered", _("A city has not answered")),
    ("hours", _("More hours than agreed")),
    ("no-plan", _("A plan is not begun")),
    ("signed", _("The plan is signed")),
]


class DeskFilter(Filter):
    q = forms.CharField(
        label=_("City"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *GroupState.choices])
    look = forms.ChoiceField(
        label=pgettext_lazy("groups of a cohort", "What to look at"),
        required=False,
        choices=[ANY, *LOOKS],
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
