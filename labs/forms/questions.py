"""What a coordinator asks those who register, as typed in five rows."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.forms.texts import Line, Paragraphs
from labs.enums import QuestionKind
from labs.models import Lab
from labs.questions import MOST, Question

NUMBERS = range(1, MOST + 1)
MOST_CHOICES = 12
LONGEST_CHOICE = 80


class QuestionsForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in NUMBERS:
            self.fields |= _fields_of_row(n)

    @property
    def question_rows(self) -> list[dict[str, Any]]:
        parts = ("question", "kind", "choices", "required")
        return [{"number": n, **{part: self[f"{part}_{n}"] for part in parts}} for n in NUMBERS]

    @property
    def has_questions(self) -> bool:
        return any(self[f"question_{n}"].value() for n in NUMBERS)

    def clean_questions(self) -> list[dict[str, Any]]:
        """The questions as they stand on a Lab; rows without a text are left out."""
        found = []
        for n in NUMBERS:
            text = self.cleaned_data.get(f"question_{n}")
            kind = self.cleaned_data.get(f"kind_{n}") or QuestionKind.TEXT
            if not text:
                continue
            choices = self._choices_of(n) if kind == QuestionKind.CHOICE else ()
            is_required = bool(self.cleaned_data.get(f"required_{n}"))
            found.append(Question(n, text, kind, choices, is_required).as_row())
        return found

    def _choices_of(self, n: int) -> tuple[str, ...]:
        lines = (self.cleaned_data.get(f"choices_{n}") or "").split("\n")
        choices = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
        if not 2 <= len(choices) <= MOST_CHOICES:
            self.add_error(f"choices_{n}", _("Give two to twelve choices, one on each line."))
        elif any(len(choice) > LONGEST_CHOICE for choice in choices):
            self.add_error(f"choices_{n}", _("A choice has at most 80 characters."))
        return choices


def questions_on(lab: Lab) -> dict[str, Any]:
    """The form's fields for the questions that stand on a Lab."""
    found: dict[str, Any] = {}
    for question in lab.asked:
        n = question.number
        found[f"question_{n}"] = question.text
        found[f"kind_{n}"] = question.kind
        found[f"choices_{n}"] = "\n".join(question.choices)
        found[f"required_{n}"] = question.is_required
    return found


def _fields_of_row(n: int) -> dict[str, forms.Field]:
    return {
        f"question_{n}": Line(label=gettext_lazy("Question"), max_length=160, required=False),
        f"kind_{n}": forms.ChoiceField(
            label=gettext_lazy("Answered by"), choices=QuestionKind.choices, required=False
        ),
        f"choices_{n}": Paragraphs(
            label=gettext_lazy("Choices, one on each line"),
            max_length=1200,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        ),
        f"required_{n}": forms.BooleanField(label=gettext_lazy("Must be answered"), required=False),
    }
