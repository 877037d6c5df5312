"""A programme's template as its coordinator changes it: one set of rows for each part."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.twinning.models import (
    Criterion,
    Milestone,
    Module,
    PlanSection,
    Question,
    Scheme,
)

NAMES = ["name_en", "name_sv", "text_en", "text_sv"]
MOST_ROWS = 40
#: The word of an address → what the rows are called, and what they say besides their names.
PARTS: dict[str, tuple[Any, Any, list[str]]] = {
    "modules": (Module, gettext_lazy("Modules"), ["first_month", "last_month"]),
    "milestones": (Milestone, gettext_lazy("Milestones"), ["month"]),
    "plan": (PlanSection, gettext_lazy("Sections of the replication plan"), ["is_required"]),
    "questions": (
        Question,
        gettext_lazy("Questions of the application"),
        ["longest", "is_required"],
    ),
    "criteria": (Criterion, gettext_lazy("Criteria of the review"), ["weight", "most"]),
}


class SchemeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Scheme
        fields = ["months", "hours_a_month"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in (("months", 60), ("hours_a_month", 200)):
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label,
                min_value=1,
                max_value=most,
                widget=forms.NumberInput(attrs={"class": "short"}),
            )


class _Row(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text_en", "text_sv"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 2})
        for name in ("position", "first_month", "last_month", "month", "weight", "most", "longest"):
            if name in self.fields:
                self.fields[name] = self._number(name)

    def _number(self, name: str) -> forms.IntegerField:
        least, most = {
            "position": (0, 999),
            "longest": (50, 10000),
            "weight": (1, 100),
            "most": (1, 100),
        }.get(name, (1, 60))
        return forms.IntegerField(
            label=self.fields[name].label,
            min_value=least,
            max_value=most,
            initial=self.fields[name].initial,
            widget=forms.NumberInput(attrs={"class": "short"}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first_month"), data.get("last_month")
        if first and last and last < first:
            self.add_error("last_month", _("The last month lies before the first."))
        return data


def rows_of(part: str, data: Any, scheme: Scheme) -> Any:
    """The formset of one part: its rows, and one empty one."""
    model, _label, own = PARTS[part]
    made = forms.inlineformset_factory(
        Scheme,
        model,
        form=_Row,
        fields=["position", *NAMES, *own],
        extra=1,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS * 2,
        validate_max=True,
        can_delete=True,
    )
    return made(data, instance=scheme, prefix=part)
