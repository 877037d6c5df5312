"""Who took what from whom: rows for the map, the table and the files."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cities import atlas
from cities.map.drawing import Arc, Spot, draw, draw_around
from cities.models import City
from knowledge.enums import ReuseStage
from knowledge.models import Reuse
from knowledge.models.reuse import ReuseQuerySet

if TYPE_CHECKING:
    from hub.access import Reader

#: The colour of a line tells the stage: the map's styles for it are numbered.
COLOURS = {stage.value: number for number, stage in enumerate(ReuseStage, start=1)}
STAGES = [(COLOURS[stage.value], stage.label) for stage in ReuseStage]
#: Cities that are drawn close up.
FEW = 8
#: Nothing larger is drawn or sent at once.
MOST = 5000


def found(user: "Reader", wanted: dict[str, Any]) -> ReuseQuerySet:
    """What the reader may see of it, the newest first; `wanted` as from a FlowFilter."""
    reuses = Reuse.objects.visible_to(user).with_ends().newest()
    if stage := wanted.get("stage"):
        reuses = reuses.filter(stage=stage)
    if domain := wanted.get("domain"):
        reuses = reuses.filter(article__domains__code=domain)
    if slug := wanted.get("city"):
        reuses = reuses.filter(Q(city__slug=slug) | Q(article__city__slug=slug))
    return reuses


def cities_in(user: "Reader") -> list[tuple[str, str]]:
    """Slug and name of every city at an end of what the reader may see; one query."""
    seen = Reuse.objects.visible_to(user)
    ends = seen.filter(Q(city=OuterRef("pk")) | Q(article__city=OuterRef("pk")))
    return list(City.objects.filter(Exists(ends)).in_order().values_list("slug", "name"))


def map_of(reuses: ReuseQuerySet) -> SafeString:
    """From the city that wrote to the one that took it up, coloured by stage; one query."""
    spots: dict[int, Spot] = {}
    arcs = []
    for reuse in reuses.newest_of_pairs()[:MOST]:
        source, target = reuse.article.city, reuse.city
        if source is None:
            continue
        spots[source.pk] = _spot(source, "pilot")
        spots.setdefault(target.pk, _spot(target, "twin"))
        arcs.append(Arc(source.pk, target.pk, COLOURS[reuse.stage]))
    # A handful of neighbours would be one blot on the whole of Europe.
    pen = draw_around if len(spots) <= FEW else draw
    return atlas.map_of(pen(list(spots.values()), arcs))


def _spot(city: City, role: str) -> Spot:
    return Spot(
        pk=city.pk,
        name=city.name,
        url=city.get_absolute_url(),
        latitude=float(city.latitude),
        longitude=float(city.longitude),
        roles=(role,),
        weight=city.population or 0,
    )


def rows(reuses: Iterable[Reuse]) -> Iterable[list[str]]:
    """For a spreadsheet, the heads first."""
    yield [
        _("From"), _("Country"), _("To"), _("Country"), _("Text"), _("Version"), _("Address"),
        _("How far it has come"), _("Since"), _("What they do with it"), _("What came of it"),
        _("Why they stopped"), _("Answer of the city it comes from"),
    ]  # fmt: skip
    for reuse in reuses:
        source = reuse.article.city
        yield [
            source.name if source else "",
            source.country if source else "",
            reuse.city.name,
            reuse.city.country,
            reuse.article.title,
            str(reuse.revision.number),
            settings.BASE_URL + reuse.article.get_absolute_url(),
            str(ReuseStage(reuse.stage).label),
            f"{reuse.declared_at:%Y-%m-%d}",
            reuse.text,
            reuse.outcome,
            reuse.reason,
            reuse.get_answer_display() if reuse.answer else "",
        ]


def prov(reuses: Iterable[Reuse]) -> dict[str, Any]:
    """The same as PROV-JSON (W3C member submission of 24 April 2013).

    Entities are versions of texts and what cities made of them, agents are cities; each reuse
    is derived from the version that was read.
    """
    made: dict[str, Any] = {
        "prefix": {"hub": f"{settings.BASE_URL}/", "prov": "http://www.w3.org/ns/prov#"},
        "agent": {},
        "entity": {},
        "wasDerivedFrom": {},
        "wasAttributedTo": {},
    }
    for reuse in reuses:
        number = reuse.revision.number
        version = f"hub:{reuse.article.get_absolute_url().strip('/')}/v/{number}"
        own = f"hub:{reuse.article.get_absolute_url().strip('/')}/reuse/{reuse.pk}"
        made["entity"][version] = {"prov:label": f"{reuse.article.title} ({number})"}
        made["entity"][own] = {
            "prov:label": reuse.text,
            "hub:stage": reuse.stage,
            "hub:outcome": reuse.outcome,
            "hub:reason": reuse.reason,
            "hub:answer": reuse.answer,
            "prov:generatedAtTime": {
                "$": reuse.declared_at.isoformat(),
                "type": "xsd:dateTime",
            },
        }
        made["wasDerivedFrom"][f"_:derived{reuse.pk}"] = {
            "prov:generatedEntity": own,
            "prov:usedEntity": version,
        }
        _attribute(made, own, reuse.city, f"_:by{reuse.pk}")
        if reuse.article.city is not None:
            _attribute(made, version, reuse.article.city, f"_:from{reuse.revision_id}")
    return made


def _attribute(made: dict[str, Any], entity: str, city: City, name: str) -> None:
    agent = f"hub:{city.get_absolute_url().strip('/')}"
    made["agent"][agent] = {
        "prov:label": city.name,
        "prov:type": {"$": "prov:Organization", "type": "xsd:QName"},
    }
    made["wasAttributedTo"][name] = {"prov:entity": entity, "prov:agent": agent}
