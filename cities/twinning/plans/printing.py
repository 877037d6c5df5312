"""A plan as a document: the same words for paper, Word and PDF."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from slugify import slugify

from cities.twinning.models import Plan, PlanVersion
from cities.twinning.plans import content
from cities.twinning.plans.content import Content, Step
from hub.face import dates


@dataclass(frozen=True)
class Sheet:
    title: str
    subtitle: str
    #: "Version 3, signed by …" or "Draft".
    stand: str
    language: str
    content: Content
    #: Of the file, without its ending.
    name: str
    #: Names a version, which never changes; empty for what still does.
    kept_as: str = ""


def sheet_of(plan: Plan, version: PlanVersion | None) -> Sheet:
    """The plan as it stands where no version is given."""
    said = _("Draft, not signed")
    if version is not None:
        facts = {
            "number": version.number,
            "name": version.made_by,
            "day": dates.day(version.made_at),
        }
        said = (
            _("Version %(number)d, signed by %(name)s on %(day)s")
            if version.is_signed
            else _("Version %(number)d, kept by %(name)s on %(day)s; not signed")
        ) % facts
    ending = f"-{version.number}" if version else ""
    return Sheet(
        title=_("Replication plan of %(city)s") % {"city": plan.city.name},
        subtitle=f"{plan.group.title} · {plan.group.programme.name}",
        stand=said,
        language=plan.language,
        content=content.of_version(version) if version else content.of_plan(plan),
        name=slugify(f"{_('replication plan')} {plan.city.name}") + ending,
        kept_as=f"plan-version:{version.pk}:{get_language()}" if version else "",
    )


def facts_of(step: Step) -> list[tuple[str, str]]:
    """Label and value, of what is said."""
    due = dates.day(step.due_on) if step.due_on else ""
    state = f"{step.state_name}: {step.state_note}" if step.state_note else step.state_name
    rows = [
        (_("Who does it"), step.owner),
        (_("Until when"), due),
        (_("Budget"), step.budget),
        (_("Mandate"), step.mandate),
        (_("State"), state),
    ]
    return [(label, value) for label, value in rows if value]
