"""Bring the Swedish catalogue up to date with the code and say what is still missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub import catalogues


class Command(BaseCommand):
    help = "Extract the texts, merge locale/parts, write and compile the Swedish catalogue."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        open_ends = catalogues.merge()
        catalogues.compile_stale()
        for line in open_ends:
            self.stdout.write(line)
        if open_ends:
            raise CommandError(f"{len(open_ends)} messages are not ready.")
        self.stdout.write("The Swedish catalogue is complete.")
