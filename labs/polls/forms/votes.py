"""A vote as a voter gives it; what ends a poll, and who is reminded of it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.forms.texts import Paragraphs
from labs.enums import Choice
from labs.models import Poll, PollOption
from labs.polls.dates import dates_of


class VoteForm(forms.Form):
    """One question for each date; all are answered in one save."""

    def __init__(
        self,
        *args: Any,
        poll: Poll,
        options: Iterable[PollOption],
        choices: Mapping[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for date in dates_of(poll, options, choices=choices):
            here = _("On your clock: %(when)s") % {"when": date.when_here}
            self.fields[f"date-{date.option.pk}"] = forms.ChoiceField(
                label=date.when,
                help_text=here if date.when_here else "",
                choices=Choice.choices,
                initial=date.choice,
                widget=forms.RadioSelect,
                error_messages={
                    "required": gettext_lazy("Answer this date too."),
                    "invalid_choice": gettext_lazy("Answer yes, if need be, or no."),
                },
            )

    def choices(self) -> dict[int, str]:
        """Option id → choice."""
        return {int(name[5:]): value for name, value in self.cleaned_data.items()}


class CancellationForm(forms.Form):
    reason = Paragraphs(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everybody who is told reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReminderForm(forms.Form):
    """The people whom the coordinator saw on the list, as their ids in one field."""

    people = forms.CharField(widget=forms.HiddenInput, label="", max_length=100_000)

    def clean_people(self) -> list[int]:
        text = self.cleaned_data["people"]
        if not re.fullmatch(r"[0-9]{1,18}(,[0-9]{1,18})*", text):
            raise forms.ValidationError(_("The list of people is broken. Load the page again."))
        return [int(part) for part in text.split(",")]
