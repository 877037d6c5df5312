"""A draft made of what a Lab's minutes hold, for whoever will write the rest."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cities.enums import Visibility
from cities.models import City, Domain
from hub import access
from hub.face import dates
from hub.models import User
from knowledge.actions import articles
from knowledge.actions.articles import Entry
from knowledge.enums import Kind
from knowledge.models import Article
from knowledge.sections import texts
from labs.enums import Audience, OutcomeKind
from labs.models import Lab, Minutes, MinutesPoint, Outcome

#: Who reads it at most, until its author decides otherwise: what was said among few stays there.
WIDEST = {
    Audience.OPEN: Visibility.PUBLIC,
    Audience.CITIES: Visibility.PROGRAMME,
    Audience.TRANSITION_TEAM: Visibility.PRIVATE,
    Audience.CHOSEN: Visibility.PRIVATE,
    Audience.GROUP: Visibility.GROUP,
}


@transaction.atomic
def draft_from_lab(*, by: User, kind: str, lab: Lab) -> Article:
    """An unpublished article of the one who pressed; `lab` comes with its programme and area."""
    area = lab.knowledge_area.code if lab.knowledge_area else ""
    city = City.objects.filter(pk__in=access.ids_of(by, "city")).in_order().first()
    entry = Entry(
        title=lab.title,
        fields=_fields(by, kind, lab),
        language=lab.language,
        visibility=WIDEST[Audience(lab.audience)],
        city=city,
        programme=lab.programme,
        lab=lab,
        group=lab.group,
        domains=list(Domain.objects.filter(code=area)),
    )
    return articles.create(by=by, kind=kind, entry=entry, publish=False)


def _fields(by: User, kind: str, lab: Lab) -> dict[str, str]:
    """The first answers under the codes of the kind's sections, in the language of the Lab.

    Colleagues see a draft: minutes that are not published are not passed on by it.
    """
    minutes = Minutes.objects.visible_to(by).published().filter(lab=lab).first()
    points = list(minutes.points.all()) if minutes else []
    outcomes = list(minutes.outcomes.select_related("owner", "city")) if minutes else []
    with translation.override(lab.language):
        said = _notes(points)
        came = [*_information(outcomes), *_decisions(outcomes), *_follow_ups(outcomes)]
        if kind == Kind.EXPERIENCE:
            found = {"tried": _frame(lab), "happened": [*said, *came]}
        else:
            found = {
                "challenge": [lab.summary],
                "context": _frame(lab),
                "blocks": said,
                "timeline": came,
            }
    longest = {section.code: section.longest for section in texts(kind)}
    joined = {code: "\n\n".join(filter(None, parts)) for code, parts in found.items()}
    return {code: _cut(text, longest[code]) for code, text in joined.items() if text}


def _frame(lab: Lab) -> list[str]:
    """When and where it was, and what was taken up."""
    day = dates.day(lab.starts_at.astimezone(ZoneInfo(lab.time_zone)))
    where = ", ".join(filter(None, [lab.get_kind_display(), day, lab.place]))
    return [where, _listed(item.title for item in lab.agenda.all())]


def _notes(points: Iterable[MinutesPoint]) -> list[str]:
    noted = [point for point in points if point.notes]
    return [text for point in noted for text in (f"### {point.title}", point.notes)]


def _information(outcomes: Iterable[Outcome]) -> list[str]:
    found = _listed(o.text for o in outcomes if o.kind == OutcomeKind.INFORMATION)
    return [f"### {_('Information')}", found] if found else []


def _decisions(outcomes: Iterable[Outcome]) -> list[str]:
    found = _listed(o.text for o in outcomes if o.kind == OutcomeKind.DECISION)
    return [f"### {_('Decisions')}", found] if found else []


def _follow_ups(outcomes: Iterable[Outcome]) -> list[str]:
    """With the city rather than the person: names are for the author to add."""
    lines = []
    for outcome in outcomes:
        if outcome.is_follow_up and outcome.due_on:
            who = outcome.city.name if outcome.city else ""
            facts = ", ".join(filter(None, [who, dates.day(outcome.due_on)]))
            lines.append(f"{outcome.text} ({facts})")
    found = _listed(lines)
    return [f"### {_('Follow-ups')}", found] if found else []


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _cut(text: str, longest: int) -> str:
    """What a section holds; cut at a line, with a sign that more was there."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 2]
    whole, _newline, _rest = kept.rpartition("\n")
    return f"{whole or kept}\n…"
