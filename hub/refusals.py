"""Why something cannot be done, in words for the person who tried."""

from typing import Any


class Refused(Exception):
    """`field` names the form's field that the sentence stands beside."""

    def __init__(self, sentence: Any, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
