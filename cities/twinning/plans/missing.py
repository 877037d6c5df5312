"""What a plan still lacks: what a signature waits for, and what would make it better."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cities.twinning.enums import StepState
from cities.twinning.plans.content import Content, Step


@dataclass(frozen=True)
class Lack:
    sentence: str
    #: The id of the place on the plan's page.
    anchor: str
    is_needed: bool = True


def lacks(content: Content) -> list[Lack]:
    """In the order in which they stand on the page."""
    found = [
        Lack(_("“%(section)s” is empty.") % {"section": section.name}, f"section-{section.code}")
        for section in content.sections
        if section.is_required and not section.text.strip()
    ]
    if not content.steps:
        found.append(Lack(_("There is no step yet: what will the city do?"), "steps"))
    for number, step in enumerate(content.steps, start=1):
        if step.state != StepState.DROPPED:
            found += _of_step(number, step)
    return found


def needed(content: Content) -> list[Lack]:
    return [lack for lack in lacks(content) if lack.is_needed]


def _of_step(number: int, step: Step) -> list[Lack]:
    said = {"number": number}
    anchor = f"step-{step.pk}"
    found = []
    if not step.owner:
        found.append(Lack(_("Step %(number)d: nobody does it.") % said, anchor))
    if step.due_on is None:
        found.append(Lack(_("Step %(number)d: no day is set.") % said, anchor))
    if not step.budget:
        found.append(Lack(_("Step %(number)d says nothing of money.") % said, anchor, False))
    if not step.mandate:
        found.append(Lack(_("Step %(number)d says on nobody's word.") % said, anchor, False))
    return found
