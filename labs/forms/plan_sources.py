from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labs.models import Lab, Outcome


class PlanSourceForm(forms.Form):
    source = forms.ChoiceField(
        label=gettext_lazy("What does the step stand on?"),
        help_text=gettext_lazy("A decision or follow-up from published minutes, or a meeting."),
        error_messages={"required": gettext_lazy("Choose a decision or a meeting.")},
    )
    use_required_attribute = False

    def __init__(
        self, data: Any = None, *, outcomes: list[Outcome], labs: list[Lab], **more: Any
    ) -> None:
        super().__init__(data, **more)
        self._outcomes = {f"outcome-{o.pk}": o for o in outcomes}
        self._labs = {f"lab-{lab.pk}": lab for lab in labs}
        field: Any = self.fields["source"]
        field.choices = [
            ("", _("Choose…")),
            (_("Decisions and follow-ups"), [(k, _named(o)) for k, o in self._outcomes.items()]),
            (_("Meetings"), [(k, _dated(lab)) for k, lab in self._labs.items()]),
        ]

    def chosen(self) -> dict[str, Any]:
        name = self.cleaned_data["source"]
        return {"outcome": self._outcomes.get(name), "lab": self._labs.get(name)}


def _dated(lab: Lab) -> str:
    return f"{timezone.localtime(lab.starts_at).date()} · {Truncator(lab.title).chars(70)}"


def _named(outcome: Outcome) -> str:
    day = timezone.localtime(outcome.minutes.lab.starts_at).date()
    return f"{day} · {Truncator(outcome.text).chars(90)}"
