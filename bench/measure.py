"""One page between two rounds of the reference, so that a drifting machine cancels out."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from bench.accounting import cpu_seconds
from bench.load import Round
from bench.servers import Web

#: A pair of reference rounds that differ by more than this is thrown away.
DRIFT = 0.20
TRIES = 4


@dataclass(frozen=True)
class Figure:
    """A page against the reference of the same minute."""

    share: float
    cpu: float
    cpu_ms: float
    reference_cpu_ms: float
    p50_ms: float
    p95_ms: float
    kilobytes: float
    drift: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def page(
    web: Web,
    reference: Web,
    postgres: int,
    paths: list[str],
    headers: dict[str, str],
    seconds: float,
) -> Figure:
    """Measure; of several tries the one with the steadiest reference counts."""
    tries = []
    for _ in range(TRIES):
        before, before_ms = _round(reference, postgres, ["/"], {}, seconds)
        ours, ours_ms = _round(web, postgres, paths, headers, seconds)
        after, after_ms = _round(reference, postgres, ["/"], {}, seconds)
        base = (before.per_second + after.per_second) / 2
        base_ms = (before_ms + after_ms) / 2
        drift = abs(before_ms - after_ms) / base_ms
        tries.append(
            Figure(
                share=ours.per_second / base,
                cpu=ours_ms / base_ms,
                cpu_ms=ours_ms,
                reference_cpu_ms=base_ms,
                p50_ms=ours.p50_ms,
                p95_ms=ours.p95_ms,
                kilobytes=ours.size / 1024,
                drift=drift,
            )
        )
        if drift <= DRIFT:
            break
    return min(tries, key=lambda figure: figure.drift)


def _round(
    web: Web, postgres: int, paths: list[str], headers: dict[str, str], seconds: float
) -> tuple[Round, float]:
    """One round after a short warm-up, and its CPU milliseconds a request (web and database)."""
    _load(web, paths, headers, min(1.0, seconds / 3))
    began = cpu_seconds(web.pid) + cpu_seconds(postgres)
    seen = _load(web, paths, headers, seconds)
    spent = cpu_seconds(web.pid) + cpu_seconds(postgres) - began
    return seen, spent * 1000 / seen.requests


def _load(web: Web, paths: list[str], headers: dict[str, str], seconds: float) -> Round:
    asked = {"port": web.port, "paths": paths, "headers": headers, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"Loading {paths[0]} failed: {done.stderr.strip()}")
    return Round(**json.loads(done.stdout))
