"""A call whose pilots and applications a test names, and runs on it."""

from collections.abc import Mapping

from cities.models import City, Domain
from cities.twinning.applications import actions as applying
from cities.twinning.calls import actions as calling
from cities.twinning.matching.criteria import Criterion
from cities.twinning.models import Application, Call, MatchRun, Scheme
from cities.twinning.runs import actions, computing
from tests.conftest import Cast
from tests.worlds import calls as worlds

#: Points are wishes only, so that a test can say them: the first of two 100, the second 50.
WISHES = {criterion: int(criterion is Criterion.INTEREST) for criterion in Criterion}


class Round:
    """A call with pilots and applications by name."""

    def __init__(self, cast: Cast, pilots: Mapping[str, int]) -> None:
        if not Scheme.objects.filter(programme=cast.syd).exists():
            worlds.scheme_of(cast.syd)
        if not Domain.objects.exists():
            Domain.objects.create(code="energy", name_en="Energy", name_sv="Energi")
        self.by, self.mallory = cast.carol, cast.mallory
        self.call = calling.create(programme=cast.syd, plan=worlds.plan("Round"), by=self.by)
        self.pilots = {
            name: worlds.pilot_of(self.call, _city(name), places=places)
            for name, places in pilots.items()
        }
        self.call: Call = calling.publish(call=self.call, by=self.by)
        self.applications: dict[str, Application] = {}

    def apply(self, name: str, *wishes: str) -> Application:
        begun = applying.begin(call=self.call, city=_city(name), by=self.mallory)
        begun = worlds.written(begun, self.mallory, f"{name} wants to learn")
        ranks = [self.pilots[wish] for wish in wishes]
        profile = applying.Profile(names=frozenset({"ranks"}), ranks=ranks)
        begun = applying.write_profile(
            application=begun, profile=profile, version=begun.version, by=self.mallory
        )
        self.applications[name] = applying.submit(application=begun, by=self.mallory)
        return self.applications[name]

    def draft(self, **places: int) -> MatchRun:
        made = actions.create(call=self.call, by=self.by)
        given = {self.pilots[name].pk: n for name, n in places.items()}
        return actions.set_up(run=made, name="", weights=WISHES, places=given, by=self.by)

    def computed(self, run: MatchRun | None = None) -> MatchRun:
        run = actions.start(run=run or self.draft(), by=self.by)
        computing.run(run.pk)
        run.refresh_from_db()
        return run

    def settle(self, run: MatchRun, kind: str, twin: str, pilot: str) -> None:
        actions.rule(
            run=run,
            kind=kind,  # type: ignore[arg-type]
            application=self.applications[twin],
            pilot=self.pilots[pilot],
            reason="So it is",
            by=self.by,
        )

    def result(self, run: MatchRun) -> dict[str, str | None]:
        """City → pilot, by name."""
        named = {pilot.pk: name for name, pilot in self.pilots.items()}
        pairs = run.pairs.select_related("application__city")
        return {
            pair.application.city.name: named[pair.pilot_id] if pair.pilot_id else None
            for pair in pairs
        }


def _city(name: str) -> City:
    slug = name.lower()
    return City.objects.get_or_create(
        slug=slug, defaults={"name": name, "country": "BE", "latitude": 51, "longitude": 4}
    )[0]
