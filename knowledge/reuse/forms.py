from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.atlas import Atlas
from cities.forms import ANY, Filter
from cities.models import City
from knowledge.enums import ReuseStage
from knowledge.forms.fields import LongText
from knowledge.models import Reuse
from knowledge.reuse.actions import Told

LONGEST = 2000
#: As the city says it of itself.
STAGES = [
    (ReuseStage.UNDERSTANDING, gettext_lazy("We want to understand it")),
    (ReuseStage.ADAPTING, gettext_lazy("We adapt it to our place")),
    (ReuseStage.REUSING, gettext_lazy("We use it as it is")),
    (ReuseStage.STOPPED, gettext_lazy("We have stopped")),
]


def _text(label: Any, help_text: Any, *, rows: int = 4, is_required: bool = False) -> LongText:
    return LongText(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        required=is_required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ReuseForm(forms.Form):
    """What one city does with a text; `version` is the one that the form was opened with."""

    city = forms.ChoiceField(label=gettext_lazy("For which city"))
    stage = forms.ChoiceField(
        label=gettext_lazy("How far you have come"),
        choices=STAGES,
        widget=forms.RadioSelect,
    )
    text = _text(
        gettext_lazy("What you do with it"),
        gettext_lazy("Which part you take over, and what you change for your place."),
        is_required=True,
    )
    outcome = _text(
        gettext_lazy("What came of it"),
        gettext_lazy("As soon as you know something. Figures with their unit and year."),
    )
    reason = _text(
        gettext_lazy("Why you stopped"),
        gettext_lazy("Only if you have stopped. Others learn as much from this as from a success."),
        rows=3,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6)

    def __init__(self, data: Any, *, cities: list[City], reuse: Reuse | None, city: City) -> None:
        super().__init__(data, initial=_initial(reuse, city))
        choice = cast("forms.ChoiceField", self.fields["city"])
        choice.choices = [(c.slug, c.name) for c in cities]
        if len(cities) == 1:
            choice.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        stage, reason = cleaned.get("stage"), cleaned.get("reason", "").strip()
        if stage == ReuseStage.STOPPED and not reason:
            self.add_error("reason", _("Say in a sentence why you stopped."))
        if stage and stage != ReuseStage.STOPPED and reason:
            self.add_error(
                "reason", _("This is kept only if you have stopped. Choose so, or leave it empty.")
            )
        return cleaned

    def told(self) -> Told:
        names = ("stage", "text", "outcome", "reason")
        return Told(**{name: self.cleaned_data[name].strip() for name in names})


def _initial(reuse: Reuse | None, city: City) -> dict[str, Any]:
    if reuse is None:
        return {"version": 0, "city": city.slug}
    names = ("stage", "text", "outcome", "reason", "version")
    return {"city": city.slug} | {name: getattr(reuse, name) for name in names}


class FlowFilter(Filter):
    domain = forms.ChoiceField(label=gettext_lazy("Emission domain"), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("How far it has come"),
        required=False,
        choices=[ANY, *ReuseStage.choices],
    )
    city = forms.ChoiceField(label=gettext_lazy("City that gave or took"), required=False)

    def __init__(self, data: Any, atlas: Atlas, cities: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.choose("domain", [(d.code, d.name) for d in atlas.domains])
        self.choose("city", cities)
