"""Run a module with its clock moved: `python -m tests.browser.later SECONDS module arguments…`.

Production code has no hook for another time. A journey over months moves two real clocks instead:
this one for the process, and in the journey's own database functions that stand in front of
PostgreSQL's (`move_database_clock`). Nothing else knows.
"""

import datetime as dt
import runpy
import sys

import time_machine
from django.db import connection

#: The functions of PostgreSQL that our code and Django ask for the time.
CLOCKS = ("now", "statement_timestamp", "transaction_timestamp", "clock_timestamp")


def move_database_clock(shift: dt.timedelta) -> None:
    """New connections to the current database see the time moved; needs a database of its own."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS moved_clock")
        for name in CLOCKS:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION moved_clock.{name}() RETURNS timestamptz "
                f"LANGUAGE sql STABLE PARALLEL SAFE AS "
                f"$$ SELECT pg_catalog.{name}() + interval '{int(shift.total_seconds())} seconds' $$"
            )
        # pg_catalog comes first unless it is named at another place.
        cursor.execute(
            f"ALTER DATABASE {connection.ops.quote_name(connection.settings_dict['NAME'])} "
            "SET search_path = moved_clock, pg_catalog, public"
        )


if __name__ == "__main__":
    seconds, module, *arguments = sys.argv[1:]
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(seconds))
    time_machine.travel(later, tick=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
