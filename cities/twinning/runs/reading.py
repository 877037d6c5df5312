"""Runs as pages show them: names instead of keys, sentences instead of data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cities.models import City, Domain, Lever
from cities.permissions import Reader
from cities.twinning.enums import ApplicationState, Outcome, RulingKind, Screening
from cities.twinning.matching import words
from cities.twinning.matching.criteria import Criterion, best_score
from cities.twinning.matching.words import Names
from cities.twinning.models import (
    Application,
    Call,
    CallPilot,
    Decision,
    MatchAnswer,
    MatchPair,
    MatchRun,
)
from cities.twinning.runs import stored
from hub.languages import LANGUAGES


@dataclass(frozen=True)
class Catalogue:
    """Who is in a call, by name; points are out of `full`."""

    applications: dict[int, Application]
    pilots: list[CallPilot]
    names: Names

    def city(self, application: int) -> City:
        return self.applications[application].city

    def has_left(self, application: int) -> bool:
        found = self.applications.get(application)
        return found is None or not is_in(found)


def is_in(application: Application) -> bool:
    """As Application.objects.to_match() says it, of one loaded with its decision."""
    is_sent = application.state == ApplicationState.SUBMITTED
    decision: Decision | None = getattr(application, "decision", None)
    is_declined = decision is not None and decision.outcome == Outcome.DECLINED
    return is_sent and application.screening != Screening.FAIL and not is_declined


def gone_from(run: MatchRun) -> list[City]:
    """Cities of the run that are not to be matched any more, also where they took it all back."""
    matched = Application.objects.to_match().filter(call=run.call_id)
    left = run.pairs.exclude(application__in=matched)
    return list(City.objects.filter(pk__in=left.values("application__city")).in_order())


def missing_in(run: MatchRun) -> list[City]:
    """Cities to be matched that the run knows nothing of: they came in since."""
    wanted = Application.objects.to_match(with_reserve=run.with_reserve).filter(call=run.call_id)
    new = wanted.exclude(pk__in=run.pairs.values("application"))
    return list(City.objects.filter(pk__in=new.values("city")).in_order())


def left_of(pairs: Sequence[MatchPair]) -> set[int]:
    """Applications of these pairs that are not to be matched any more."""
    wanted = {pair.application_id for pair in pairs}
    kept = Application.objects.to_match().filter(pk__in=wanted).values_list("pk", flat=True)
    return wanted - set(kept)


def catalogue_of(call: Call, reader: Reader, weights: dict[str, int]) -> Catalogue:
    seen = (
        Application.objects.visible_to(reader).filter(call=call).select_related("city", "decision")
    )
    applications = {application.pk: application for application in seen}
    pilots = list(CallPilot.objects.filter(call=call).by_name().with_cities())
    names = Names(
        twins={pk: application.city.name for pk, application in applications.items()},
        pilots=_labels(pilots),
        full=_full(weights),
        codes=_codes(),
    )
    return Catalogue(applications, pilots, names)


def terms(weights: dict[str, int]) -> Names:
    """Names of domains, levers and languages alone, for criteria."""
    return Names({}, {}, _full(weights), _codes())


def _codes() -> dict[str, str]:
    found = dict(LANGUAGES)
    return found | {t.code: t.name for model in (Domain, Lever) for t in model.objects.all()}


def points(run: MatchRun, score: int) -> str:
    """Of a hundred, by the run's weights."""
    return Names({}, {}, _full(run.weights)).points(score)


def _full(weights: dict[str, int]) -> int:
    return best_score({Criterion(c): w for c, w in weights.items()})


def _labels(pilots: Sequence[CallPilot]) -> dict[int, str]:
    """By their cities; two activities of the same cities by their titles too."""
    often = Counter(pilot.name for pilot in pilots)
    return {
        pilot.pk: pilot.name
        if pilot.name and often[pilot.name] == 1
        else f"{pilot.name} ({pilot.title})"
        for pilot in pilots
    }


@dataclass(frozen=True)
class Line:
    """One city of a run's result."""

    pair: MatchPair
    city: City
    pilot: str
    points: str
    words: list[str]
    has_left: bool
    #: Of a run that stands: waiting, accepted or declined, and what was said.
    standing: str = ""
    said: tuple[MatchAnswer, ...] = ()


def lines_of(
    pairs: Iterable[MatchPair], catalogue: Catalogue, *, answered: bool = False
) -> list[Line]:
    """`answered`: the pairs were loaded with their answers."""
    names = catalogue.names
    return [
        Line(
            pair=pair,
            city=catalogue.city(pair.application_id),
            pilot=names.pilot(pair.pilot_id) if pair.pilot_id else "",
            points=names.points(pair.score or 0),
            words=_carried(pair, names) if pair.pilot_id else _plight(pair, names),
            has_left=catalogue.has_left(pair.application_id),
            standing=pair.standing if answered else "",
            said=tuple(pair.loaded_answers) if answered else (),
        )
        for pair in pairs
        if pair.application_id in catalogue.applications
    ]


def _plight(pair: MatchPair, names: Names) -> list[str]:
    return words.unmatched_words(stored.unmatched(pair.plight), names)


def _carried(pair: MatchPair, names: Names) -> list[str]:
    """What weighed most in the match, in two sentences."""
    values = [stored.value(value) for value in pair.values]
    carrying = [value for value in values if value.known and value.value]
    return [words.value_words(value, names)[0] for value in carrying[:2]]


@dataclass(frozen=True)
class Part:
    """One criterion of a match."""

    label: str
    weight: int
    points: str
    sentences: list[str]


def parts_of(pair: MatchPair, run: MatchRun, names: Names) -> list[Part]:
    parts = []
    for value in map(stored.value, pair.values):
        label = words.criterion_label(value.criterion)
        weight = run.weights[value.criterion]
        parts.append(
            Part(
                label=label[:1].upper() + label[1:],
                weight=weight,
                points=names.points(weight * value.value),
                sentences=words.value_words(value, names),
            )
        )
    return parts


@dataclass(frozen=True)
class Other:
    """A pilot that the city was not matched with."""

    key: int
    name: str
    wish: int
    points: str
    label: str


def others_of(pair: MatchPair, wishes: Sequence[int], names: Names) -> list[Other]:
    """The city's wishes first, in their order, then the rest by score."""
    rank = {pilot: position for position, pilot in enumerate(wishes, start=1)}
    found = []
    for key, kept in pair.others.items():
        missing = stored.missing(kept, pair.application_id, int(key))
        label = words.missing_label(missing)
        found.append((rank.get(int(key), 0), -kept["score"], int(key), label))
    return [
        Other(key, names.pilot(key), wish, names.points(-score), label)
        for wish, score, key, label in sorted(found, key=lambda f: (not f[0], f[0], f[1], f[2]))
    ]


@dataclass(frozen=True)
class Settled:
    """A pin or a veto, in words."""

    key: int
    sentence: str
    reason: str
    by: Any
    at: Any


def rulings_of(run: MatchRun, names: Names) -> list[Settled]:
    patterns = {
        RulingKind.PIN: _("%(twin)s belongs with %(pilot)s"),
        RulingKind.VETO: _("%(twin)s not with %(pilot)s"),
    }
    return [
        Settled(
            ruling.pk,
            patterns[RulingKind(ruling.kind)]
            % {"twin": names.twin(ruling.application_id), "pilot": names.pilot(ruling.pilot_id)},
            ruling.reason,
            ruling.made_by,
            ruling.made_at,
        )
        for ruling in run.rulings.select_related("made_by")
    ]


def problem_of(run: MatchRun, names: Names) -> list[str]:
    """Why a run was not possible, and what to do."""
    match run.problem.get("kind"):
        case "conflicts":
            conflicts = map(stored.conflict, run.problem["conflicts"])
            return [words.conflict_words(conflict, names) for conflict in conflicts]
        case "weights":
            return [_("The weights say nothing: at least one criterion must count.")]
        case "stopped":
            return [
                _(
                    "The worker that computed it stopped, three times. Try it once more, and tell "
                    "who runs the hub."
                )
            ]
    return []


def changed_places(run: MatchRun, catalogue: Catalogue) -> list[tuple[str, int, int]]:
    """Pilot, the places it offers, the places this run gives it."""
    return [
        (catalogue.names.pilot(pilot.pk), pilot.places, run.places[str(pilot.pk)])
        for pilot in catalogue.pilots
        if str(pilot.pk) in run.places
    ]
