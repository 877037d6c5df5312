from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub import search
from hub.search.index import forget_words


class Command(BaseCommand):
    help = "Builds the search index anew from the rooms' own rows: all of it, or the kinds named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kinds", nargs="*", metavar="kind")

    def handle(self, *args: Any, **options: Any) -> None:
        known = search.kinds()
        wanted = options["kinds"] or sorted(known)
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            raise CommandError(
                f"There is no kind {', '.join(unknown)}. Known are: {', '.join(sorted(known))}."
            )
        for code in wanted:
            if known[code].rebuild is None:
                self.stdout.write(f"{code}: no room rebuilds it, left as it was")
                continue
            self.stdout.write(f"{code}: {search.rebuild(code)} things")
        if not options["kinds"]:
            forget_words()
            self.stdout.write(f"words learnt from {_learn_all()} things")


def _learn_all() -> int:
    total = 0
    while learnt := search.learn(limit=2000):
        total += learnt
    return total
