from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from cities.twinning.decisions.actions import Words
from cities.twinning.enums import Outcome
from cities.twinning.models import Application, Call, Decision
from hub.forms.texts import Line, Paragraphs


class DecisionsForm(forms.Form):
    """An outcome and a note for each application, and the letter of each outcome."""

    def __init__(self, data: Any = None, *, call: Call, rows: Iterable[Application]) -> None:
        super().__init__(data)
        self.rows_of = list(rows)
        made = {d.application_id: d for d in Decision.objects.filter(application__call=call)}
        for row in self.rows_of:
            self._add(row, made.get(row.pk))
        letters = {letter.outcome: letter for letter in call.letters.all()}
        for of in Outcome:
            stands = letters.get(of)
            subject, body = (stands.subject, stands.body) if stands else _first_words(of)
            self.fields[f"subject-{of}"] = Line(label=_("Subject"), max_length=160, initial=subject)
            self.fields[f"body-{of}"] = Paragraphs(
                label=_("Letter"),
                help_text=_("{city}, {call} and {note} are filled in for each city."),
                max_length=5000,
                initial=body,
                widget=forms.Textarea(attrs={"rows": 7}),
            )

    def _add(self, row: Application, made: Decision | None) -> None:
        is_told = made is not None and made.told_at is not None
        self.fields[f"outcome-{row.pk}"] = forms.ChoiceField(
            label=_("Decision on %(city)s") % {"city": row.city.name},
            choices=[("", _("Not decided")), *Outcome.choices],
            required=False,
            disabled=is_told,
            initial=made.outcome if made else "",
        )
        self.fields[f"note-{row.pk}"] = Line(
            label=_("Words to %(city)s") % {"city": row.city.name},
            max_length=1000,
            required=False,
            disabled=is_told,
            initial=made.note if made else "",
        )

    def rows(self) -> list[tuple[Application, forms.BoundField, forms.BoundField]]:
        return [(r, self[f"outcome-{r.pk}"], self[f"note-{r.pk}"]) for r in self.rows_of]

    def letters(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(of.label, self[f"subject-{of}"], self[f"body-{of}"]) for of in Outcome]

    def decisions(self) -> dict[Application, tuple[str, str]]:
        data = self.cleaned_data
        return {r: (data[f"outcome-{r.pk}"], data[f"note-{r.pk}"]) for r in self.rows_of}

    def words(self) -> dict[Outcome, Words]:
        data = self.cleaned_data
        return {of: Words(data[f"subject-{of}"], data[f"body-{of}"]) for of in Outcome}


def _first_words(of: Outcome) -> tuple[str, str]:
    """What a letter says before anybody has written one."""
    subject = _("Your city's application: {call}")
    bodies = {
        Outcome.TAKEN: _(
            "Dear colleagues in {city},\n\nyour application has been taken into the matching. "
            "You hear from us which pilot is proposed to you, and why, and can say yes or no.\n\n"
            "{note}"
        ),
        Outcome.RESERVE: _(
            "Dear colleagues in {city},\n\nthere are more good applications than places. "
            "Yours is on the reserve list: cities withdraw, and we come back to you then.\n\n"
            "{note}"
        ),
        Outcome.DECLINED: _(
            "Dear colleagues in {city},\n\nwe cannot take your city in this time.\n\n{note}"
        ),
    }
    return str(subject), str(bodies[of])
