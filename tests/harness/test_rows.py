"""What a test did in an opened world is undone, row by row and number by number."""

from typing import Any

import pytest
from django.db import connection

from cities.models import City, Membership
from hub.models import User
from tests.worlds.kept import KeptWorld

TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"


@pytest.mark.drill
def test_every_row_is_put_back(kept_world: KeptWorld, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), kept_world.copied() as copy:
        with copy.opened():
            before = contents()
            User.objects.update(name="Somebody else")
            Membership.objects.all().delete()
            City.objects.create(name="Ny", slug="ny", country="SE", latitude=60, longitude=15)
            after = contents()
        with copy.opened():
            assert contents() == before
    assert {name for name in before if before[name] != after[name]} >= {
        "hub_user", "cities_membership", "cities_city", "numbers"
    }  # fmt: skip


def contents() -> dict[str, list[Any]]:
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(name)} t ORDER BY 1")
            found[name] = cursor.fetchall()
        cursor.execute(NUMBERS)
        found["numbers"] = cursor.fetchall()
    return found
