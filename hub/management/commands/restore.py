"""A backup back into this hub."""

from __future__ import annotations

import tarfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from hub import archive
from hub.embedded.problems import Problem, from_os_error


class Command(BaseCommand):
    help = "Replace database and files by those of an archive made by `backup`."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="throw away what the hub holds now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"]
        try:
            _refuse_newer_backup(source)
            if not options["replace"] and not archive.is_empty():
                raise CommandError(
                    "This hub holds something already: say --replace to throw that away."
                )
            contents = archive.restore(source)
        except tarfile.ReadError as error:
            raise CommandError(f"{source} is no backup of a hub.") from error
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        except OSError as error:
            raise CommandError(str(from_os_error(error, source))) from error
        # Cached pages and sessions speak of what was there before.
        cache.clear()
        self.stdout.write(
            f"Restored {contents.rows} rows in {len(contents.tables)} tables and "
            f"{len(contents.files)} files; every count and hash equals the backup's."
        )


def _refuse_newer_backup(source: Path) -> None:
    known = set(MigrationLoader(connection).disk_migrations)
    unknown = sorted(archive.migrations_of(source) - known)
    if unknown:
        raise CommandError(
            f"{source} was made by a newer version of the hub (it has {' '.join(unknown[-1])}, "
            "which this version does not know): update the code first."
        )
