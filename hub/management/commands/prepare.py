"""Bring database, texts and static files to this version of the code; safe to run again."""

from __future__ import annotations

import hashlib
import importlib.metadata
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from hub import catalogues


class Command(BaseCommand):
    help = "Migrate the database, compile the texts and collect the static files."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-database", action="store_true", help="texts and static files only"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        catalogues.compile_stale()
        collect_static_files()
        if not options["without_database"]:
            self._prepare_database(verbosity=options["verbosity"])

    def _prepare_database(self, *, verbosity: int) -> None:
        try:
            refuse_newer_database()
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(
                f"The database of DATABASE_URL does not answer ({reason}): start it or correct "
                "DATABASE_URL."
            ) from error
        try:
            call_command("migrate", interactive=False, verbosity=verbosity)
        except DatabaseError as error:
            raise CommandError(
                f"The database could not be brought up to date: {' '.join(str(error).split())}"
            ) from error


def refuse_newer_database() -> None:
    """A database that knows migrations we do not was made by later code: using it could harm it."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    loader = MigrationLoader(connection)
    replaced = {key for one in loader.disk_migrations.values() for key in one.replaces}
    known = set(loader.disk_migrations) | replaced
    unknown = sorted(key for key in applied - known if key[0] in loader.migrated_apps)
    if unknown:
        app, name = unknown[-1]
        raise CommandError(
            f"This database was made by a newer version of the hub (it has {app} {name}, which "
            "this version does not know): update the code, or restore a backup of this version."
        )


def collect_static_files() -> None:
    """Collect and compress only when a source changed: compressing takes seconds."""
    if settings.DEBUG:
        return
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    mark = _mark_of_sources()
    if stamp.exists() and stamp.read_text(encoding="ascii") == mark:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(mark, encoding="ascii")


def _mark_of_sources() -> str:
    digest = hashlib.sha256()
    for package in ("django", "django-allauth", "django-htmx", "whitenoise"):
        digest.update(importlib.metadata.version(package).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            source = Path(storage.path(path)).stat()
            digest.update(f"{path}:{source.st_mtime_ns}:{source.st_size}".encode())
    return digest.hexdigest()
