from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from hub import reference


class Command(BaseCommand):
    help = "Add the facts that ship with the hub (taxonomy, cities, programmes, pairings)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["load"])

    def handle(self, *args: object, **options: object) -> None:
        reference.load()
        self.stdout.write("The facts that ship with the hub are in place.")
