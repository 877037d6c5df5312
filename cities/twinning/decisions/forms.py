from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from cities.twinning.decisions.actions import Began, Clashing, Words, mark_of_row
from cities.twinning.enums import Outcome
from cities.twinning.models import Application, Call, Decision
from hub.forms.texts import Line, Paragraphs

#: The mark of a row that nobody has decided.
_NEW = mark_of_row()


class DecisionsForm(forms.Form):
    """An outcome and a note for each application, and the letter of each outcome.

    Each row and each letter carries a mark of what it began from, so that two who decide at once
    do not undo each other's work.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        call: Call,
        rows: Iterable[Application],
        own: Collection[int] = (),
    ) -> None:
        """`own`: cities that the reader belongs to; somebody else decides about them."""
        super().__init__(data)
        self.call, self.rows_of, self.own = call, list(rows), own
        made = {d.application_id: d for d in Decision.objects.filter(application__call=call)}
        #: Applications whose cities were told.
        self.told = {pk for pk, decision in made.items() if decision.told_at}
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
            self._add_mark(f"began-{of}", Words(subject, body).mark)

    def _add(self, row: Application, made: Decision | None) -> None:
        is_own = row.city_id in self.own
        is_fixed = is_own or (made is not None and made.told_at is not None)
        self.fields[f"outcome-{row.pk}"] = forms.ChoiceField(
            label=_("Decision on %(city)s") % {"city": row.city.name},
            choices=[("", _("Not decided")), *Outcome.choices],
            required=False,
            disabled=is_fixed,
            help_text=_("Your own city: another coordinator decides about it.") if is_own else "",
            initial=made.outcome if made else "",
        )
        self.fields[f"note-{row.pk}"] = Line(
            label=_("Words to %(city)s") % {"city": row.city.name},
            max_length=1000,
            required=False,
            disabled=is_fixed,
            initial=made.note if made else "",
        )
        self._add_mark(f"began-{row.pk}", mark_of_row(made.outcome, made.note) if made else _NEW)

    def _add_mark(self, name: str, mark: str) -> None:
        self.fields[name] = forms.CharField(
            initial=mark, max_length=40, required=False, widget=forms.HiddenInput
        )

    def rows(self) -> list[tuple[Application, list[forms.BoundField]]]:
        names = ("outcome", "note", "began")
        return [(r, [self[f"{name}-{r.pk}"] for name in names]) for r in self.rows_of]

    def letters(self) -> list[tuple[Any, list[forms.BoundField]]]:
        names = ("subject", "body", "began")
        return [(of.label, [self[f"{name}-{of}"] for name in names]) for of in Outcome]

    def decisions(self) -> dict[Application, tuple[str, str]]:
        """Of an application that came in since the form was opened, it says nothing."""
        data = self.cleaned_data
        return {
            r: (data[f"outcome-{r.pk}"], data[f"note-{r.pk}"])
            for r in self.rows_of
            if f"outcome-{r.pk}" in self.data
        }

    def began(self) -> Began:
        marks = {n[6:]: m for n, m in self.cleaned_data.items() if n.startswith("began-") and m}
        return Began(
            decisions={r.pk: marks[str(r.pk)] for r in self.rows_of if str(r.pk) in marks},
            letters={of: marks[of] for of in Outcome if of in marks},
        )

    def beside(self, clashing: Clashing) -> "DecisionsForm":
        """What was typed, with what stands now said beside it; the next save knows of both."""
        # A row that came in meanwhile was not in the form that was sent: it stands as it is.
        data = {
            name: str((self[name].value() if name in self.data else field.initial) or "")
            for name, field in self.fields.items()
        }
        for pk, stands in clashing.decisions.items():
            data[f"began-{pk}"] = mark_of_row(*stands)
        for of, words in clashing.letters.items():
            data[f"began-{of}"] = words.mark
        shown = DecisionsForm(data, call=self.call, rows=self.rows_of, own=self.own)
        for pk, (outcome, note) in clashing.decisions.items():
            decided = str(Outcome(outcome).label) if outcome else _("Not decided")
            shown.add_error(f"outcome-{pk}", _now(f"{decided}. {note}".strip(". ")))
        for of, words in clashing.letters.items():
            shown.add_error(f"subject-{of}", _now(words.subject))
            shown.add_error(f"body-{of}", _now(words.body))
        return shown

    def words(self) -> dict[Outcome, Words]:
        data = self.cleaned_data
        return {of: Words(data[f"subject-{of}"], data[f"body-{of}"]) for of in Outcome}


def _now(text: str) -> str:
    return _(
        "Somebody else has changed this since you opened it. It now says: “%(text)s”. "
        "Save once more to put your words in its place."
    ) % {"text": text}


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
