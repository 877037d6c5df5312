from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.enums import ReportKind

#: The two answers to a report, and to an appeal.
STAYS, GOES = "stays", "goes"


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is wrong?"), choices=ReportKind, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label=_("Say it in your words"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Which place, and why. Those who decide read it; the author does not."),
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[(STAYS, _("It stays")), (GOES, _("It is taken down"))],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who wrote it and who reported it read this."),
    )

    @property
    def goes(self) -> bool:
        return bool(self.cleaned_data["decision"] == GOES)


class AppealForm(forms.Form):
    appeal = forms.CharField(
        label=_("Why it should stand here"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Somebody else than who took it down decides, where there is somebody else."),
    )


class AppealDecisionForm(DecisionForm):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (STAYS, _("It comes back")),
            (GOES, _("It stays taken down")),
        ]
