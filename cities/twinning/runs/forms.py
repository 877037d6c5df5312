"""What a coordinator sets before a run begins."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models.places import by_swedish_order
from cities.twinning.enums import RulingKind, Trial
from cities.twinning.matching.criteria import MAX_WEIGHT, Criterion
from cities.twinning.matching.words import criterion_label
from cities.twinning.models import Application, CallPilot, MatchPair, MatchRun
from cities.twinning.runs.reading import Catalogue
from hub.forms.texts import Line

MOST_PLACES = 100


class SetUpForm(forms.Form):
    """The run's name, a weight for each criterion and the places of each pilot."""

    name = Line(
        label=gettext_lazy("Name of the run"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Such as “Leuven takes two”: you will tell the runs apart by it."),
    )

    with_reserve = forms.BooleanField(
        label=gettext_lazy("Cities on the reserve list come in as well"), required=False
    )

    def __init__(self, data: Any, *, run: MatchRun, catalogue: Catalogue) -> None:
        super().__init__(data, initial={"name": run.name, "with_reserve": run.with_reserve})
        for criterion in Criterion:
            label = criterion_label(criterion)
            self.fields[f"weight_{criterion}"] = _number(
                label[:1].upper() + label[1:], MAX_WEIGHT, run.weights.get(criterion, 0)
            )
        self.pilots = catalogue.pilots
        for pilot in self.pilots:
            places = run.places.get(str(pilot.pk), pilot.places)
            name = catalogue.names.pilot(pilot.pk)
            self.fields[f"places_{pilot.pk}"] = _number(name, MOST_PLACES, places)

    def weights(self) -> dict[Criterion, int]:
        return {c: self.cleaned_data[f"weight_{c}"] for c in Criterion}

    def places(self) -> dict[int, int]:
        return {pilot.pk: self.cleaned_data[f"places_{pilot.pk}"] for pilot in self.pilots}

    def weight_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name.startswith("weight_"))

    def place_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name.startswith("places_"))


def _number(label: str, most: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=most,
        initial=initial,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class CityChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in stubs only
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.city.name)


class PilotChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in stubs only
    catalogue: Catalogue

    def label_from_instance(self, obj: Any) -> str:
        return self.catalogue.names.pilot(obj.pk)


class RulingForm(forms.Form):
    """A pin or a veto."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What you settle"), choices=RulingKind.choices, widget=forms.RadioSelect
    )
    application = CityChoice(
        label=gettext_lazy("City that applies"),
        queryset=Application.objects.none(),
        empty_label=gettext_lazy("Choose…"),
    )
    pilot = PilotChoice(
        label=gettext_lazy("Pilot"),
        queryset=CallPilot.objects.none(),
        empty_label=gettext_lazy("Choose…"),
    )
    reason = Line(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Kept with your name beside the run."),
    )

    def __init__(self, data: Any, *, run: MatchRun, catalogue: Catalogue) -> None:
        super().__init__(data, initial={"kind": RulingKind.PIN})
        running = Application.objects.to_match().filter(call=run.call)
        cities = running.select_related("city").order_by(by_swedish_order("city__name"), "pk")
        cast("CityChoice", self.fields["application"]).queryset = cities
        pilots = cast("PilotChoice", self.fields["pilot"])
        pilots.queryset = CallPilot.objects.filter(call=run.call).by_name()
        pilots.catalogue = catalogue


class WhatIfForm(forms.Form):
    """What is tried; with nothing in it the run is derived as it was."""

    trial = forms.ChoiceField(choices=[("", ""), *Trial.choices], required=False)
    application = forms.ModelChoiceField(queryset=Application.objects.none(), required=False)
    pilot = forms.ModelChoiceField(queryset=CallPilot.objects.none(), required=False)

    def __init__(self, data: Any, *, run: MatchRun) -> None:
        super().__init__(data)
        running = Application.objects.to_match().filter(call=run.call)
        pilots = CallPilot.objects.filter(call=run.call)
        cast("forms.ModelChoiceField[Application]", self.fields["application"]).queryset = running
        cast("forms.ModelChoiceField[CallPilot]", self.fields["pilot"]).queryset = pilots


class AnswerForm(forms.Form):
    """A city's yes or no to a match."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your city’s answer"),
        choices=[
            ("yes", gettext_lazy("Yes, we want this match")),
            ("no", gettext_lazy("No, not this one")),
        ],
        widget=forms.RadioSelect,
    )
    reason = Line(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed for a no. The coordinators read it."),
    )

    def __init__(self, data: Any, *, pair: MatchPair, stands_in: bool = False) -> None:
        # Several stand on one page.
        super().__init__(data, auto_id=f"id_{pair.pk}_%s")
        answer, reason = self.fields["answer"], self.fields["reason"]
        # Its help says when it is needed.
        reason.says_optional = False  # type: ignore[attr-defined]
        if stands_in:
            answer.label = _("What the city says")
            answer.choices = [  # type: ignore[attr-defined]
                ("yes", _("Yes, it wants this match")),
                ("no", _("No, not this one")),
            ]
            reason.label, reason.required = _("Who said so, and how"), True
            reason.help_text = _("As in “Nils Bo, head of climate, by telephone on 3 March”.")
        self.pair = pair
