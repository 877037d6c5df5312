"""Make and fill the reference's table by SQL: `python -m bench.reference.fill ROWS`."""

import os
import sys

import django

ROWS = """
INSERT INTO reference_entry (title, summary, author, place, published_at)
SELECT 'Entry ' || n || ' on ' || (ARRAY['heating','transport','waste','finance'])[1 + n %% 4],
       repeat('A sentence about what a city tried and what came of it in the end. ', 8),
       'Author ' || n %% 997, 'place ' || n %% 71,
       timestamptz '2026-11-01 00:00+00' - n * interval '1 minute'
FROM generate_series(1, %s) n
"""


def main(rows: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.reference.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.reference.models import Entry

    call_command("migrate", run_syncdb=True, verbosity=0)
    if Entry.objects.count() != rows:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE reference_entry RESTART IDENTITY")
            cursor.execute(ROWS, [rows])
            cursor.execute("VACUUM ANALYZE reference_entry")


if __name__ == "__main__":
    main(int(sys.argv[1]))
