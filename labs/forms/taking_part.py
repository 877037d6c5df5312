"""What people type to take part, and to find Labs."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cities.atlas import Atlas
from cities.forms import Filter
from labs.enums import Mode
from labs.forms.texts import Paragraphs
from labs.models import Lab


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

    def __init__(self, *args: Any, lab: Lab, mode: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["mode"])
        field.choices = [(m.value, _mode_with_seats(lab, m)) for m in lab.modes]
        field.initial = mode or (lab.modes[0].value if len(lab.modes) == 1 else None)


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

    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Knowledge area"), required=False)
    year = forms.TypedChoiceField(
        label=gettext_lazy("Year"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, data: Any, atlas: Atlas, years: Iterable[int]) -> None:
        super().__init__(data)
        self.choose("programme", [(p.slug, p.name) for p in atlas.programmes])
        self.choose("area", [(a.code, a.name) for a in atlas.knowledge_areas])
        self.choose("year", [(str(year), str(year)) for year in years])
