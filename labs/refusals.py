"""Why something cannot be done with a Lab, in words for the person who tried."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labs.models import Lab


class Refused(Exception):
    """`field` names the form's field that the sentence stands beside."""

    def __init__(self, sentence: Any, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Outdated(Refused):
    """Somebody saved the Lab after this form was opened; `lab` is what stands now."""

    def __init__(self, sentence: Any, lab: "Lab") -> None:
        super().__init__(sentence)
        self.lab = lab
