"""What people type to take part, and to find Labs."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cities.atlas import Atlas
from cities.forms import Filter
from hub.forms.texts import Line, Paragraphs
from labs.enums import LabKind, Mode, QuestionKind
from labs.models import Lab, Registration
from labs.questions import Question


class RegistrationForm(forms.Form):
    mode = forms.ChoiceField(
        label=gettext_lazy("How do you take part?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how you take part."),
            "invalid_choice": gettext_lazy(
                "This way of taking part is not offered. Choose another."
            ),
        },
    )

    def __init__(
        self, *args: Any, lab: Lab, own: Registration | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        mode = own.mode if own and own.is_active else ""
        field = cast("forms.ChoiceField", self.fields["mode"])
        field.choices = [(m.value, _mode_with_seats(lab, m)) for m in lab.modes]
        field.initial = mode or (lab.modes[0].value if len(lab.modes) == 1 else None)
        self.asked = lab.asked
        given = own.answers if own else {}
        for question in self.asked:
            self.fields[_name(question)] = _field_of(question, given.get(question.key))

    def answers(self) -> dict[str, str]:
        """By number of the question; what was left empty is left out."""
        given = {q.key: self.cleaned_data.get(_name(q)) for q in self.asked}
        return {key: answer for key, answer in given.items() if answer}


def _name(question: Question) -> str:
    return f"answer_{question.number}"


def _field_of(question: Question, given: str | None) -> forms.Field:
    shown: dict[str, Any] = {
        "label": question.text,
        "required": question.is_required,
        "initial": given,
    }
    if question.kind == QuestionKind.TEXT:
        return Line(max_length=300, **shown)
    choices = [(choice, choice) for choice in question.choices]
    if question.kind == QuestionKind.YES_NO:
        choices = [("yes", _("Yes")), ("no", _("No"))]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **shown)


def _mode_with_seats(lab: Lab, mode: Mode) -> str:
    label = {Mode.ONSITE: _("On site"), Mode.ONLINE: _("Online")}[mode]
    if free := lab.free(mode):
        text = ngettext("%(mode)s (%(free)s seat left)", "%(mode)s (%(free)s seats left)", free)
        return text % {"mode": label, "free": free}
    return _("%(mode)s (full: you join the waitlist)") % {"mode": label}


class CancellationForm(forms.Form):
    reason = Paragraphs(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everybody who is told reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LabFilter(Filter):
    """Filters of the list; what is not understood is ignored."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Knowledge area"), required=False)
    year = forms.TypedChoiceField(
        label=gettext_lazy("Year"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, data: Any, atlas: Atlas, years: Iterable[int]) -> None:
        super().__init__(data)
        self.choose("kind", LabKind.choices)
        self.choose("programme", [(p.slug, p.name) for p in atlas.programmes])
        self.choose("area", [(a.code, a.name) for a in atlas.knowledge_areas])
        self.choose("year", [(str(year), str(year)) for year in years])
