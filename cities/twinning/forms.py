from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.atlas import Atlas
from cities.forms import ANY, Filter, countries_of
from cities.twinning.enums import GroupState, SourceKind


class GroupFilter(Filter):
    q = forms.CharField(
        label=_("City"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *GroupState.choices])
    source = forms.ChoiceField(
        label=_("Where the pairing is stated"), required=False, choices=[ANY, *SourceKind.choices]
    )

    def __init__(self, data: Any, atlas: Atlas) -> None:
        super().__init__(data)
        cohorts = sorted({arc.cohort for arc in atlas.arcs if arc.cohort})
        self.choose("country", countries_of(atlas))
        self.choose("cohort", [(str(n), _("Cohort %(n)d") % {"n": n}) for n in cohorts])
