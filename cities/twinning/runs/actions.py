"""Match runs: set up, started, stopped, derived from one another, thrown away."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.twinning.enums import RulingKind, RunState, Standing
from cities.twinning.matching import criteria
from cities.twinning.matching.criteria import DEFAULT_WEIGHTS, BadWeights, Criterion
from cities.twinning.models import Application, Call, CallPilot, MatchRun, Ruling
from hub.models import User
from hub.refusals import Refused

MOST_RUNS = 200
MOST_RULINGS = 2000


@transaction.atomic
def create(*, call: Call, by: User, name: str = "") -> MatchRun:
    """A draft with the weights of the run before it, or the usual ones."""
    locked = _numbered(call)
    before = call.runs.order_by("-number").first()
    weights = before.weights if before else {str(c): w for c, w in DEFAULT_WEIGHTS.items()}
    return MatchRun.objects.create(
        call=locked, number=_next(locked), name=name, weights=weights, made_by=by
    )


@transaction.atomic
def derive(*, run: MatchRun, by: User, is_repair: bool = False) -> MatchRun:
    """A draft that begins as `run` was: what would change if …; as a repair it keeps its pairs."""
    call = _numbered(run.call)
    if is_repair and not run.is_done:
        raise Refused(_("Only a run that is done can be repaired."))
    made = MatchRun.objects.create(
        call=call,
        number=_next(call),
        derived_from=run,
        is_repair=is_repair,
        with_reserve=run.with_reserve,
        weights=run.weights,
        places=run.places,
        made_by=by,
    )
    Ruling.objects.bulk_create(
        Ruling(
            run=made,
            kind=r.kind,
            application_id=r.application_id,
            pilot_id=r.pilot_id,
            reason=r.reason,
            made_at=r.made_at,
            made_by_id=r.made_by_id,
        )
        for r in run.rulings.all()
        # A pin of a city that has left would make every repair impossible.
        if not is_repair or r.kind == RulingKind.VETO or _is_in(run.call, r.application_id)
    )
    if is_repair:
        _rule_as_answered(run, made, by)
    return made


def _rule_as_answered(run: MatchRun, made: MatchRun, by: User) -> None:
    """What both sides accepted is pinned, what one declined is vetoed."""
    settled = {(r.application_id, r.pilot_id): r.kind for r in made.rulings.all()}
    pinned = {
        application for (application, _pilot), kind in settled.items() if kind == RulingKind.PIN
    }
    for pair in run.pairs.exclude(pilot=None).with_answers():
        declined = [answer for answer in pair.loaded_answers if not answer.is_yes]
        is_accepted = pair.standing == Standing.ACCEPTED and _is_in(run.call, pair.application_id)
        kind = RulingKind.VETO if declined else RulingKind.PIN
        if not (declined or is_accepted):
            continue
        made.rulings.filter(application_id=pair.application_id, pilot_id=pair.pilot_id).delete()
        if kind == RulingKind.PIN and pair.application_id in pinned:
            made.rulings.filter(application_id=pair.application_id, kind=kind).delete()
        Ruling.objects.create(
            run=made,
            kind=kind,
            application_id=pair.application_id,
            pilot_id=pair.pilot_id or 0,
            reason=declined[0].reason[:300] if declined else _accepted(),
            made_at=timezone.now(),
            made_by=by,
        )


def _accepted() -> str:
    return _("Accepted by both sides")


def _is_in(call: Call, application: int) -> bool:
    return Application.objects.to_match().filter(call=call, pk=application).exists()


def _numbered(call: Call) -> Call:
    """Locked, so that two runs made at once get two numbers."""
    locked = (
        Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    )
    if locked.runs.count() >= MOST_RUNS:
        raise Refused(_("The call has %(n)d runs; throw some away first.") % {"n": MOST_RUNS})
    return locked


def _next(call: Call) -> int:
    return int(call.runs.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def set_up(
    *,
    run: MatchRun,
    name: str,
    weights: Mapping[Criterion, int],
    places: Mapping[int, int],
    by: User,
    with_reserve: bool = False,
) -> MatchRun:
    """Weights and places of a draft; what a pilot offers itself is not kept twice."""
    run = _draft(run)
    try:
        criteria.checked(weights)
    except BadWeights:
        raise Refused(_("At least one criterion must count.")) from None
    own = dict(run.call.pilots.values_list("pk", "places"))
    run.name = name
    run.weights = {str(criterion): weight for criterion, weight in weights.items()}
    run.places = {str(pk): n for pk, n in places.items() if pk in own and own[pk] != n}
    run.with_reserve = with_reserve
    run.save(update_fields=["name", "weights", "places", "with_reserve"])
    return run


@transaction.atomic
def rule(
    *,
    run: MatchRun,
    kind: RulingKind,
    application: Application,
    pilot: CallPilot,
    reason: str,
    by: User,
) -> Ruling:
    """A pin or a veto; refused where it contradicts another one."""
    run = _draft(run)
    rulings = run.rulings.select_related("pilot").filter(application=application)
    if any(r.pilot_id == pilot.pk for r in rulings):
        raise Refused(_("There is a pin or a veto on these two already."), "pilot")
    if kind == RulingKind.PIN and any(r.kind == RulingKind.PIN for r in rulings):
        raise Refused(_("This city is pinned to another pilot already."), "application")
    if run.rulings.count() >= MOST_RULINGS:
        raise Refused(_("There are %(n)d pins and vetoes; that is the most.") % {"n": MOST_RULINGS})
    return Ruling.objects.create(
        run=run,
        kind=kind,
        application=application,
        pilot=pilot,
        reason=reason,
        made_at=timezone.now(),
        made_by=by,
    )


@transaction.atomic
def unrule(*, ruling: Ruling) -> None:
    _draft(ruling.run)
    ruling.delete()


@transaction.atomic
def start(*, run: MatchRun, by: User) -> MatchRun:
    """Given to a worker; the row is what is owed, the wake-up only makes it soon."""
    run = _draft(run)
    wanted = Application.objects.to_match(with_reserve=run.with_reserve)
    if not wanted.filter(call=run.call).exists():
        raise Refused(_("No application is in the running yet: there is nobody to match."))
    run.state = RunState.WAITING
    run.started_at, run.started_by = timezone.now(), by
    run.save(update_fields=["state", "started_at", "started_by"])
    transaction.on_commit(lambda: _wake(run.pk), robust=True)
    return run


def _wake(run_id: int) -> None:
    from cities.twinning.tasks import compute_run

    compute_run.delay(run_id)


@transaction.atomic
def cancel(*, run: MatchRun) -> bool:
    """Stop one that is under way; its worker notices at its next step."""
    stopped = (
        MatchRun.objects.under_way()
        .filter(pk=run.pk)
        .update(state=RunState.CANCELLED, lease_until=None, finished_at=timezone.now(), step="")
    )
    return bool(stopped)


@transaction.atomic
def discard(*, run: MatchRun) -> None:
    """With its results, unless another run began from it."""
    run = _locked(run)
    if run.is_under_way:
        raise Refused(_("The run is computing: stop it first."))
    if run.published_at is not None:
        raise Refused(_("The run was put to cities, and stays."))
    if run.variants.exists():
        raise Refused(_("Another run was derived from this one: throw that away first."))
    run.delete()


def _draft(run: MatchRun) -> MatchRun:
    locked = _locked(run)
    if not locked.is_draft:
        raise Refused(_("The run has begun: derive another one from it."))
    return locked


def _locked(run: MatchRun) -> MatchRun:
    rows = MatchRun.objects.select_for_update(of=("self",)).select_related("call__programme")
    return rows.get(pk=run.pk)
