"""A world built once in a process, in a database of its own, and lent to one test after another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from cities.models import AtlasVersion
from hub.models import StoredFile
from tests import databases, rows
from tests.worlds import World


@dataclass(frozen=True)
class KeptWorld:
    database: str
    world: World
    #: Name → bytes. Rows come back by themselves; a file that a test removed is put back.
    files: dict[str, bytes]

    @contextmanager
    def lent(self) -> Iterator[World]:
        """Inside it is the database of this process; every change is rolled back."""
        try:
            with databases.using(self.database), transaction.atomic():
                # What this process drew for an earlier test is not taken for this one's.
                AtlasVersion.objects.update(version=uuid4())
                yield deepcopy(self.world)
                transaction.set_rollback(True)
        finally:
            self._put_files_back()

    @contextmanager
    def opened(self) -> Iterator[World]:
        """Inside transactions are real, and seen by other threads and processes. For a copy."""
        try:
            with databases.using(self.database):
                yield deepcopy(self.world)
        finally:
            rows.put_back(self.database)
            self._put_files_back()

    @contextmanager
    def copied(self) -> Iterator["KeptWorld"]:
        """The same world once more, to be opened."""
        name = f"{self.database}_copy"
        databases.create(name, self.database)
        try:
            rows.keep(name)
            yield replace(self, database=name)
        finally:
            databases.drop(name)

    def _put_files_back(self) -> None:
        for name, content in self.files.items():
            if not default_storage.exists(name):
                default_storage.save(name, ContentFile(content))


def _read(name: str) -> bytes:
    with default_storage.open(name) as kept:
        return bytes(kept.read())


@contextmanager
def keep(name: str, template: str, build: Callable[[], World]) -> Iterator[KeptWorld]:
    """A copy of `template` with what `build` makes in it; gone afterwards."""
    databases.create(name, template)
    try:
        with databases.using(name):
            world = build()
            files = {
                stored.file.name: _read(stored.file.name) for stored in StoredFile.objects.all()
            }
        yield KeptWorld(name, world, files)
    finally:
        databases.drop(name)
