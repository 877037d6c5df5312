"""Why something cannot be done with a Lab, in words for the person who tried."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from hub.refusals import Refused

if TYPE_CHECKING:
    from labs.models import Lab

__all__ = ["Outdated", "Refused"]


class Outdated(Refused):
    """Somebody saved the Lab after this form was opened; `lab` is what stands now."""

    def __init__(self, lab: "Lab") -> None:
        super().__init__(_("Somebody else has changed the page since you opened it."))
        self.lab = lab
