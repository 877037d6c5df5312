"""Why something cannot be done with a Lab, in words for the person who tried."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

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

    def __init__(self, lab: "Lab") -> None:
        super().__init__(_("Somebody else has changed the page since you opened it."))
        self.lab = lab
