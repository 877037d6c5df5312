"""What a coordinator asks those who register, and what was answered.

Questions stand on the Lab, answers on the registration, both under the question's number:
they are read with their rows, and go when the rows go.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from labs.enums import QuestionKind

MOST = 5
#: Answers may tell of food and health: they are forgotten so long after the Lab.
KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Question:
    #: 1 to MOST, and the same as long as the question stands.
    number: int
    text: str
    kind: str = QuestionKind.TEXT
    choices: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def key(self) -> str:
        return str(self.number)

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "kind": str(self.kind), "choices": list(self.choices)}

    def in_words(self, answer: str) -> str:
        if self.kind != QuestionKind.YES_NO:
            return answer
        return {"yes": _("Yes"), "no": _("No")}.get(answer, answer)


@dataclass(frozen=True)
class Answer:
    question: str
    answer: str


def read(rows: list[dict[str, Any]]) -> tuple[Question, ...]:
    return tuple(Question(**{**row, "choices": tuple(row["choices"])}) for row in rows)


def answered(asked: tuple[Question, ...], answers: Mapping[str, str] | None) -> list[Answer]:
    """The answers in words, in the order of the questions; those left out are left out."""
    given = answers or {}
    return [Answer(q.text, q.in_words(given[q.key])) for q in asked if given.get(q.key)]
