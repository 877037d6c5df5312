"""Everything the hub holds into one file."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub import archive
from hub.embedded.problems import Problem, from_os_error


class Command(BaseCommand):
    help = "Write database and files into one archive, while the hub goes on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="default: var/backups/hub-<time>.tar"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        target: Path = options["file"] or settings.VAR_DIR / "backups" / f"hub-{now}.tar"
        try:
            contents = archive.back_up(target.absolute())
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        except OSError as error:
            raise CommandError(str(from_os_error(error, target))) from error
        self.stdout.write(
            f"{target}: {contents.rows} rows in {len(contents.tables)} tables, "
            f"{len(contents.files)} files, {target.stat().st_size // 1024} KB."
        )
