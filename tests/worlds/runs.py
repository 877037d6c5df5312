"""Match runs of the open call: one done, one being set up with a pin and a secret reason."""

from typing import Any

from django.utils import timezone

from cities.twinning.enums import RulingKind, RunState
from cities.twinning.models import Application, MatchAnswer, MatchPair, MatchRun
from cities.twinning.runs import actions, computing, publishing
from tests.worlds import World
from tests.worlds.calls import one_more_application, pilot_of


def build(world: World) -> None:
    cast = world.cast
    world["run_done"] = computed(actions.create(call=world["call_open"], by=cast.carol), cast.carol)
    world["pilot_call_for_wind"] = pilot_of(world["call_open"], cast.malmo)
    world["run_other"] = computed(actions.derive(run=world["run_done"], by=cast.carol), cast.carol)
    publish(world["run_other"], cast.carol)
    world["proposed"] = world["run_other"].pairs.get(application=world["application_sent"])
    world["run_draft"] = draft = actions.create(
        call=world["call_open"], by=cast.carol, name=world.secret_text("run name", "coordinator")
    )
    world["ruling"] = actions.rule(
        run=draft,
        kind=RulingKind.VETO,
        application=world["application_sent"],
        pilot=world["pilot_call_for_heat"],
        reason=world.secret_text("ruling reason", "coordinator"),
        by=cast.carol,
    )
    world["run_foreign"] = actions.create(call=world["call_closed"], by=cast.carol)


def computed(run: MatchRun, by: Any) -> MatchRun:
    """Started, and computed here and now."""
    actions.start(run=run, by=by)
    computing.run(run.pk)
    run.refresh_from_db()
    return run


def publish(run: MatchRun, by: Any) -> MatchRun:
    """Put to the cities, to exactly those who are on the list."""
    seen = publishing.digest(publishing.receivers(run))
    publishing.publish(run=run, seen=seen, by=by)
    run.refresh_from_db()
    return run


def one_more_run(world: World, number: int) -> MatchRun:
    return actions.create(call=world["call_open"], by=world.cast.carol, name=f"Run {number}")


def one_more_pair(world: World, number: int) -> MatchPair:
    """One more city with a match in the run that is done."""
    like = MatchPair.objects.get(run=world["run_done"], application=world["application_sent"])
    application = one_more_application(world, number)
    return MatchPair.objects.create(
        run=like.run,
        application=application,
        pilot=like.pilot,
        score=like.score,
        values=like.values,
        others=like.others,
    )


def one_more_ruling(world: World, number: int) -> Any:
    return actions.rule(
        run=world["run_draft"],
        kind=RulingKind.PIN,
        application=one_more_application(world, number),
        pilot=world["pilot_call_for_heat"],
        reason=f"Because {number}",
        by=world.cast.carol,
    )


def no_runs(world: World) -> None:
    MatchRun.objects.all().delete()


def under_way(world: World) -> None:
    MatchRun.objects.filter(pk=world["run_done"].pk).update(
        state=RunState.WAITING, progress=42, step="scores"
    )


def impossible(world: World) -> None:
    MatchRun.objects.filter(pk=world["run_done"].pk).update(
        state=RunState.FAILED, problem={"kind": "stopped"}
    )


def one_has_left(world: World) -> None:
    Application.objects.filter(pk=world["application_sent"].pk).update(
        screening="fail", screened_at="2026-01-01T00:00Z", screened_by=world.cast.carol
    )


def nobody_matched(world: World) -> None:
    """The only city has no pilot, and is told why."""
    run = world["run_done"]
    run.rulings.create(
        kind=RulingKind.VETO,
        application=world["application_sent"],
        pilot=world["pilot_call_for_heat"],
        reason="No",
        made_at=run.made_at,
        made_by=world.cast.carol,
    )
    MatchRun.objects.filter(pk=run.pk).update(state=RunState.WAITING, tries=0, finished_at=None)
    computing.run(run.pk)


def answered(world: World) -> None:
    """Leuven said no."""
    publishing.answer(
        pair=world["proposed"],
        city=world.cast.leuven,
        is_yes=False,
        reason="We looked for another theme",
        by=world.cast.mallory,
    )


def one_more_proposed(world: World, number: int) -> MatchPair:
    """One more twin for the same pilot, in the run that stands; Malmö reads all of them."""
    like: MatchPair = world["proposed"]
    return MatchPair.objects.create(
        run=like.run,
        application=one_more_application(world, number),
        pilot=like.pilot,
        score=like.score,
        values=like.values,
    )


def accepted(world: World) -> None:
    """Every city of the published run says yes."""
    for pair in MatchPair.objects.filter(run=world["run_other"]).with_answers():
        MatchAnswer.objects.filter(pair=pair).delete()
        MatchAnswer.objects.bulk_create(
            MatchAnswer(
                pair=pair,
                city=city,
                is_yes=True,
                answered_at=timezone.now(),
                answered_by=world.cast.carol,
            )
            for city in pair.asked
        )
