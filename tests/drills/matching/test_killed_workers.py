"""A match run whose worker is killed, paused or overtaken ends with the result it would have had."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cities.twinning.applications import actions as applying
from cities.twinning.enums import RunState
from cities.twinning.models import Call, MatchPair, MatchRun
from cities.twinning.runs import actions, computing, leases, publishing
from hub.refusals import Refused
from tests.conftest import Cast, make_cast
from tests.drills.delivery.parts import (
    Part,
    flush_broker,
    on_this_database,
    others_in_transaction,
    until,
)
from tests.drills.matching.slow import LEASE
from tests.labs.conftest import post
from tests.twinning.test_large_runs import filled

pytestmark = pytest.mark.django_db(transaction=True)

TWINS, PILOTS = 60, 24
#: Of the beat: often enough for the lease, and not so often that workers drown in its wake-ups.
TICK = "1"
#: Seconds for what takes two on a quiet machine.
LONG = 240.0


class Crew:
    """Workers that are killed and their followers, started ahead; one beat that sweeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: list[Part] = []
        self.beat = self._start("beat", "-s", str(folder / "schedule"), "--pidfile=")

    def worker(self, *, without: str = "") -> Part:
        arguments = ["-c", "1", "-I", "tests.drills.matching.slow", "-n", f"m{len(self.parts)}@%h"]
        arguments += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return self._start("worker", *arguments, without=without)

    def ready(self, *parts: Part) -> None:
        until(lambda: all(part.is_ready for part in parts), "the parts are ready", seconds=LONG)

    def stop(self) -> None:
        for part in self.parts:
            part.kill()

    def _start(self, kind: str, *arguments: str, without: str = "") -> Part:
        environment = on_this_database() | {"TICK_SECONDS": TICK}
        if kind == "worker":
            environment["DRILL_WITHOUT"] = without
        log = self.folder / f"{kind}{len(self.parts)}.log"
        self.parts.append(Part([kind, "-l", "info", *arguments], environment, log))
        return self.parts[-1]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def call(cast: Cast) -> Call:
    return filled(cast, TWINS, PILOTS, random.Random(5))


@pytest.fixture
def crew(call: Call, tmp_path: Path) -> Iterator[Crew]:
    flush_broker()
    running = Crew(tmp_path)
    yield running
    running.stop()
    flush_broker()


def begun(call: Call, cast: Cast) -> MatchRun:
    return actions.start(run=actions.create(call=call, by=cast.carol), by=cast.carol)


def undisturbed(call: Call, cast: Cast) -> list[dict[str, Any]]:
    """What the same run leads to where nobody is killed; no worker may be there yet."""
    run = begun(call, cast)
    computing.run(run.pk)
    return result(run)


def result(run: MatchRun) -> list[dict[str, Any]]:
    facts = ("application", "pilot", "score", "is_pinned", "values", "others", "plight")
    return list(MatchPair.objects.filter(run=run).order_by("application").values(*facts))


def progress(run: MatchRun) -> int:
    """Hundredths of the work, while a worker is at it."""
    found = MatchRun.objects.get(pk=run.pk)
    return found.progress if found.state == RunState.RUNNING else -1


def kill_at(crew: Crew, run: MatchRun, worker: Part, wanted: int) -> Part:
    """Killed there; its follower was started before. Returns that one."""
    until(lambda: progress(run) >= wanted, f"the run is at {wanted} %", seconds=LONG)
    follower = crew.worker()
    worker.kill()
    assert MatchRun.objects.get(pk=run.pk).state == RunState.RUNNING
    return follower


@pytest.mark.parametrize(
    "runs",
    [pytest.param(1, marks=pytest.mark.drill), pytest.param(10, marks=pytest.mark.soak)],
)
def test_a_killed_workers_run_is_taken_up_and_ends_the_same(
    crew: Crew, call: Call, cast: Cast, runs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = undisturbed(call, cast)
    worker = crew.worker()
    crew.ready(crew.beat, worker)
    kills, waits, same = 0, [], 0
    for _run in range(runs):
        run = begun(call, cast)
        for _kill in range(leases.TRIES - 1):
            # Early in the work and late in it.
            worker = kill_at(crew, run, worker, 4 + 90 * kills // (2 * runs))
            kills += 1
            fence = MatchRun.objects.get(pk=run.pk).fence
            crew.ready(worker)
            waits.append(
                until(lambda f=fence, r=run: fenced(r) > f, "it is taken up", seconds=LONG)
            )
        until(lambda r=run: not fresh(r).is_under_way, "the run ends", seconds=LONG)
        assert (fresh(run).state, fresh(run).tries) == (RunState.DONE, leases.TRIES)
        assert result(run) == wanted
        same += 1
    with capsys.disabled():
        print(
            f"\nmatching: {kills} workers killed in {runs} runs of {TWINS} × {PILOTS}: {same} ended "
            f"with the result of an undisturbed one; taken up at most {max(waits):.1f} s after the "
            f"next worker was ready (lease {LEASE:.0f} s)"
        )
    assert kills == 2 * runs


def fresh(run: MatchRun) -> MatchRun:
    return MatchRun.objects.get(pk=run.pk)


def fenced(run: MatchRun) -> int:
    return fresh(run).fence


@pytest.mark.soak
def test_a_run_that_kills_every_worker_says_so(crew: Crew, call: Call, cast: Cast) -> None:
    worker = crew.worker()
    crew.ready(crew.beat, worker)
    run = begun(call, cast)
    for kill in range(leases.TRIES):
        worker = kill_at(crew, run, worker, 5)
        if kill < leases.TRIES - 1:
            until(lambda tries=kill + 2: fresh(run).tries == tries, "it is taken up again")
    crew.ready(worker)
    until(lambda: fresh(run).state == RunState.FAILED, "it is given up")
    assert fresh(run).problem == {"kind": "stopped"}
    assert result(run) == []


@pytest.mark.drill
def test_a_killed_workers_run_stays_where_leases_are_not_looked_at(
    crew: Crew, call: Call, cast: Cast
) -> None:
    """Negative control of the lease: then nobody takes it up."""
    worker = crew.worker(without="lease")
    crew.ready(crew.beat, worker)
    run = begun(call, cast)
    until(lambda: progress(run) >= 10, "the run is under way")
    follower = crew.worker(without="lease")
    worker.kill()
    crew.ready(follower)
    time.sleep(3 * LEASE)
    assert (fresh(run).state, fresh(run).fence) == (RunState.RUNNING, 1)


@pytest.mark.parametrize(
    "without",
    [pytest.param("", marks=pytest.mark.drill), pytest.param("fence", marks=pytest.mark.soak)],
)
def test_a_worker_that_slept_past_its_lease_writes_nothing(
    crew: Crew, call: Call, cast: Cast, without: str
) -> None:
    """Two hold the run, and the first goes on. Without the fence it ends the other's run."""
    wanted = undisturbed(call, cast)
    sleeper = crew.worker(without=without)
    crew.ready(crew.beat, sleeper)
    run = begun(call, cast)
    until(lambda: progress(run) >= 30, "the run is under way")
    lay_down(sleeper)
    other = crew.worker(without=without)
    crew.ready(other)
    until(lambda: fenced(run) == 2 and progress(run) >= 10, "the other one has taken it up")
    lay_down(other)
    sleeper.resume()
    # With the fence the sleeper lets go, and takes it up anew when the other's lease has ended.
    until(lambda: not fresh(run).is_under_way, "the run ends")
    let_go = f"Match run {run.pk} was stopped".encode() in sleeper.log.read_bytes()
    assert (let_go, fenced(run)) == ((True, 3) if without == "" else (False, 2))
    assert (fresh(run).state, result(run)) == (RunState.DONE, wanted)


def lay_down(worker: Part) -> None:
    """Paused between two statements: nobody could clear what it locks."""

    def rests() -> bool:
        worker.pause()
        time.sleep(0.02)
        if others_in_transaction():
            worker.resume()
            return False
        return True

    until(rests, "the worker rests between two statements")


@pytest.mark.drill
def test_a_run_cancelled_while_it_computes_stops(crew: Crew, call: Call, cast: Cast) -> None:
    worker = crew.worker()
    crew.ready(crew.beat, worker)
    run = begun(call, cast)
    until(lambda: progress(run) >= 20, "the run is under way")
    assert actions.cancel(run=run)
    took = until(
        lambda: f"Match run {run.pk} was stopped".encode() in worker.log.read_bytes(),
        "the worker stops",
    )
    assert took < 3
    assert (fresh(run).state, result(run)) == (RunState.CANCELLED, [])
    # The worker is free, and nobody takes the stopped one up.
    second = begun(call, cast)
    until(lambda: fresh(second).state == RunState.DONE, "the next run ends")
    assert (fresh(run).state, fresh(run).tries) == (RunState.CANCELLED, 1)


@pytest.mark.drill
def test_a_city_withdrawn_meanwhile_is_named_and_the_run_not_published(
    crew: Crew, call: Call, cast: Cast, client: Client
) -> None:
    worker = crew.worker()
    crew.ready(crew.beat, worker)
    run = begun(call, cast)
    until(lambda: progress(run) >= 50, "the run is under way")
    gone = call.applications.select_related("city").order_by("pk")[0]
    applying.withdraw(application=gone, reason="No money", by=cast.mallory)
    assert fresh(run).state == RunState.RUNNING
    until(lambda: fresh(run).state == RunState.DONE, "the run ends")
    client.force_login(cast.carol)
    page = client.get(run.get_absolute_url()).content.decode()
    assert f"Cities have left since this run: {gone.city.name}" in " ".join(page.split())
    seen = publishing.digest(publishing.receivers(fresh(run)))
    answer = post(client, f"{run.get_absolute_url()}publication/", {"seen": seen})
    assert answer.status_code == 422
    assert "Cities have left since this run: repair it first." in answer.content.decode()
    with pytest.raises(Refused):
        publishing.publish(run=run, seen=seen, by=cast.carol)
    assert fresh(run).published_at is None
