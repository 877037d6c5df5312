"""What would be if: a run derived from another, with one thing changed."""

from django.db import transaction
from django.utils.translation import gettext as _

from cities.twinning.enums import RulingKind, Trial
from cities.twinning.matching.criteria import Criterion
from cities.twinning.matching.reasons import Missing, Reason
from cities.twinning.models import Application, CallPilot, MatchPair, MatchRun
from cities.twinning.runs import actions
from hub.models import User
from hub.refusals import Refused


def offered(missing: Missing, pair: MatchPair) -> list[Trial]:
    """What is worth trying about a pair that is missing."""
    if missing.bar is not None:
        return [Trial.LIFT] if missing.otherwise is not None else []
    tries = [Trial.PLACE] if missing.one_place_more else []
    if missing.reason == Reason.TWIN_PINNED:
        return [*tries, Trial.LIFT]
    return tries if missing.reason in (Reason.NO_PLACES, Reason.PINS_FILL) else [*tries, Trial.PIN]


@transaction.atomic
def derive(
    *,
    run: MatchRun,
    by: User,
    trial: str = "",
    application: Application | None = None,
    pilot: CallPilot | None = None,
) -> MatchRun:
    """A draft that begins as `run` was, but for what is tried."""
    made = actions.derive(run=run, by=by, is_repair=trial == Trial.REPAIR)
    if pilot is None or trial in ("", Trial.REPAIR):
        return made
    if trial == Trial.PLACE:
        return _with_place(made, pilot, by)
    if application is None:
        raise Refused(_("Say which city."))
    reason = _("Tried out from run %(number)d") % {"number": run.number}
    settled = list(made.rulings.filter(application=application))
    here = [ruling for ruling in settled if ruling.pilot_id == pilot.pk]
    # A pin elsewhere contradicts the new one, or is what keeps the two apart.
    for ruling in here or [r for r in settled if r.kind == RulingKind.PIN]:
        actions.unrule(ruling=ruling)
    if trial == Trial.PIN:
        kind = RulingKind.PIN
        actions.rule(
            run=made, kind=kind, application=application, pilot=pilot, reason=reason, by=by
        )
    return made


def _with_place(made: MatchRun, pilot: CallPilot, by: User) -> MatchRun:
    places = {int(pk): n for pk, n in made.places.items()}
    places[pilot.pk] = places.get(pilot.pk, pilot.places) + 1
    return actions.set_up(
        run=made,
        name=_("One place more at %(pilot)s")[:60] % {"pilot": pilot.title[:50]},
        weights={Criterion(c): w for c, w in made.weights.items()},
        places=places,
        by=by,
        with_reserve=made.with_reserve,
    )
