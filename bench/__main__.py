"""`make bench`: fill a database of its own, serve it, measure beside a bare Django.

ARGS="--articles 100000 --rounds 5" changes the size and the seconds a round takes.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench import measure
from bench.accounting import largest_child_mb
from bench.pages import PAGES, Page
from bench.servers import Web
from hub.embedded import places
from hub.embedded.postgres import Postgres
from hub.embedded.valkey import Valkey

CHECKOUT = Path(__file__).resolve().parent.parent
HOME = CHECKOUT / "var" / "bench"


def main() -> None:
    wanted = _arguments()
    with _servers() as (postgres, environment), ExitStack() as stack:
        reference_environment = _reference(postgres, environment, wanted.reference)
        _fill(postgres, environment, wanted)
        facts = json.loads(_python(environment, "-m", "bench.inside"))
        web = stack.enter_context(Web("hub.wsgi", environment, HOME / "web.log"))
        reference = stack.enter_context(
            Web("bench.reference.wsgi", reference_environment, HOME / "reference.log")
        )
        _head(wanted)
        for page in PAGES:
            for reader in page.readers:
                cookie = facts["cookies"][reader]
                figure = measure.page(
                    web,
                    reference,
                    _pid(postgres),
                    facts["paths"][page.name],
                    {"Cookie": cookie} if cookie else {},
                    wanted.seconds,
                )
                _row(page, reader, figure, facts["queries"][page.name][reader])
        ours, bare = largest_child_mb(web.pid), largest_child_mb(reference.pid)
        print(f"\nmemory of a web worker {ours:.0f} MB, {ours / bare:.2f} × bare ({bare:.0f} MB)")
        ratio = web.start_seconds / reference.start_seconds
        print(f"start to first answer {web.start_seconds:.1f} s, {ratio:.2f} × bare")
        _reminders(environment)
        _matching(environment)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--cities", type=int, default=500)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--labs", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--reference", type=int, default=1_000_000, help="rows of the yardstick")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of one round")
    return parser.parse_args()


@contextmanager
def _servers() -> Iterator[tuple[Postgres, dict[str, str]]]:
    HOME.mkdir(parents=True, exist_ok=True)
    where = places.prepare(HOME / "servers", fallback=places.fallback_for(HOME))
    postgres = Postgres(where, log=HOME / "postgres.log", throwaway=True)
    valkey = Valkey(where, log=HOME / "valkey.log", throwaway=True)
    postgres.start()
    try:
        valkey.start()
        try:
            yield (
                postgres,
                {
                    "DJANGO_SETTINGS_MODULE": "hub.settings",
                    "DATABASE_URL": postgres.url,
                    "REDIS_URL": valkey.url,
                    "SECRET_KEY": "bench-only-" + "0123456789abcdef" * 4,
                    "ALLOWED_HOSTS": "127.0.0.1",
                    "VAR_DIR": str(HOME),
                    "DEBUG": "0",
                    "LOG_LEVEL": "WARNING",
                },
            )
        finally:
            valkey.stop()
    finally:
        postgres.stop()


def _reference(postgres: Postgres, environment: dict[str, str], rows: int) -> dict[str, str]:
    if not postgres.query("SELECT 1 FROM pg_database WHERE datname = 'reference'").strip():
        postgres.query("CREATE DATABASE reference")
    own = environment | {
        "DATABASE_URL": postgres.url.replace("/hub?", "/reference?"),
        "DJANGO_SETTINGS_MODULE": "bench.reference.settings",
    }
    _python(own, "-m", "bench.reference.fill", str(rows))
    return own


def _fill(postgres: Postgres, environment: dict[str, str], wanted: argparse.Namespace) -> None:
    """Generate the rows once; the same counts find them there in the next run."""
    counts = {name: getattr(wanted, name) for name in ("cities", "people", "labs", "articles")}
    marker = HOME / "filled.json"
    filled = json.dumps({"counts": counts, "made by": _recipe()}, sort_keys=True)
    if marker.exists() and marker.read_text(encoding="utf-8") == filled:
        return
    began = time.perf_counter()
    postgres.query("DROP DATABASE hub WITH (FORCE)")
    postgres.query("CREATE DATABASE hub")
    _python(environment, "manage.py", "migrate", "--verbosity", "0")
    _python(environment, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    options = [part for name, count in counts.items() for part in (f"--{name}", str(count))]
    _python(environment, "manage.py", "synth", *options)
    postgres.query("VACUUM ANALYZE", database="hub")
    marker.write_text(filled, encoding="utf-8")
    print(f"filled in {time.perf_counter() - began:.0f} s")


def _recipe() -> str:
    """Changes with whatever shapes the rows: generators and migrations."""
    files = [*CHECKOUT.glob("**/synth*.py"), *CHECKOUT.glob("*/migrations/*.py")]
    files += CHECKOUT.glob("cities/twinning/migrations/*.py")
    texts = (path.read_bytes() for path in sorted(files) if ".venv" not in path.parts)
    return hashlib.sha256(b"".join(texts)).hexdigest()


def _python(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr.strip()}")
    return done.stdout


def _reminders(environment: dict[str, str]) -> None:
    """2,000 mails with a calendar part by one process and by two, beside raw smtplib."""
    sink = subprocess.Popen(
        [sys.executable, "-m", "bench.sink"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=CHECKOUT,
    )  # fmt: skip
    try:
        own = environment | {"EMAIL_URL": f"smtp://127.0.0.1:{_asked(sink)}"}
        rates = []
        for workers in (1, 2):
            owed = json.loads(_python(own, "-m", "bench.reminders", "plan"))["owed"]
            with ThreadPoolExecutor(workers) as pool:
                list(
                    pool.map(
                        lambda _: _python(own, "-m", "bench.reminders", "sweep"), range(workers)
                    )
                )
            seen = json.loads(_python(own, "-m", "bench.reminders", "rate"))
            if seen["sent"] != owed:
                raise SystemExit(f"{owed} reminders were owed and {seen['sent']} sent.")
            rates.append(seen["per_second"])
        taken, last = int(_asked(sink, "count")), _asked(sink, "last")
        sent = subprocess.run(
            [sys.executable, "-m", "bench.reminders", "raw", str(owed)],
            input=last, env=os.environ | own, cwd=CHECKOUT,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        raw = json.loads(sent.stdout)["per_second"]
    finally:
        sink.communicate()
    print(
        f"{owed} reminders: one process {rates[0]:.0f}/s, {rates[0] / raw:.0%} of raw smtplib "
        f"({raw:.0f}/s); two {rates[1]:.0f}/s, {rates[1] / rates[0]:.2f} × one; "
        f"{taken} arrived of {2 * owed}"
    )


def _matching(environment: dict[str, str]) -> None:
    """The exact optimum beside scipy's bare assignment on the same matrix (goal ≤ 3 ×)."""
    seen = json.loads(_python(environment, "-m", "bench.matching"))
    for row in seen["sizes"]:
        print(
            f"matching {row['twins']} × {row['pilots']}, {row['places']} places each: "
            f"{row['exact']:.2f} × scipy's bare assignment ({row['bare_ms']:.1f} ms), "
            f"by total alone {row['total']:.2f} ×; "
            f"memory {row['exact_mb']:.0f} MB beside {row['bare_mb']:.0f} MB"
        )
    print(f"what if one pilot of 300 × 112 took one more: {seen['what_if_ms']:.0f} ms, explained")


def _asked(sink: "subprocess.Popen[str]", question: str = "") -> str:
    if sink.stdin is None or sink.stdout is None:
        raise SystemExit("The mail server of the bench has no pipes.")
    if question:
        sink.stdin.write(f"{question}\n")
        sink.stdin.flush()
    return sink.stdout.readline().strip()


def _pid(postgres: Postgres) -> int:
    if postgres.process is None:
        raise SystemExit("PostgreSQL is not running.")
    return postgres.process.pid


def _head(wanted: argparse.Namespace) -> None:
    print(
        f"{wanted.cities} cities, {wanted.labs} Labs, {wanted.articles} articles, "
        f"{wanted.people} people; reference: {wanted.reference} rows\n"
    )
    heads = ["page", "reader", "share of (b)", "goal", "CPU × (b)", "goal"]
    heads += ["CPU ms", "p50 / p95 ms", "queries", "KB"]
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))


def _row(page: Page, reader: str, figure: measure.Figure, queries: int) -> None:
    # The goals of performance rows 1 and 2 differ by ten points for a signed-in reader.
    is_visitor = reader == "visitor"
    share, cpu = (page.share, page.cpu) if is_visitor else (page.share - 0.10, page.cpu + 0.3)
    cells: list[Any] = [
        page.name,
        reader,
        f"{figure.share:.0%}",
        f"≥ {share:.0%}",
        f"{figure.cpu:.2f}",
        f"≤ {cpu:.1f}",
        f"{figure.cpu_ms:.1f}",
        f"{figure.p50_ms:.0f} / {figure.p95_ms:.0f}",
        queries,
        f"{figure.kilobytes:.0f}",
    ]
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
