"""A world built once in a process, in a database of its own, and lent to one test after another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction

from cities.models import AtlasVersion
from tests import databases
from tests.worlds import World


@dataclass(frozen=True)
class KeptWorld:
    database: str
    world: World

    @contextmanager
    def lent(self) -> Iterator[World]:
        """Inside it is the database of this process; every change is rolled back."""
        with databases.using(self.database), transaction.atomic():
            # What this process drew for an earlier test is not taken for this one's.
            AtlasVersion.objects.update(version=uuid4())
            yield deepcopy(self.world)
            transaction.set_rollback(True)

    @contextmanager
    def copied(self) -> Iterator[World]:
        """A copy in which transactions are real, and seen by other threads and processes."""
        name = f"{self.database}_copy"
        databases.create(name, self.database)
        try:
            with databases.using(name):
                yield deepcopy(self.world)
        finally:
            databases.drop(name)


@contextmanager
def keep(name: str, template: str, build: Callable[[], World]) -> Iterator[KeptWorld]:
    """A copy of `template` with what `build` makes in it; gone afterwards."""
    databases.create(name, template)
    try:
        with databases.using(name):
            world = build()
        yield KeptWorld(name, world)
    finally:
        databases.drop(name)
