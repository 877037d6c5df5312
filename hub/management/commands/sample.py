from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from hub import samples


class Command(BaseCommand):
    help = "Load the sample hub, or take every sample thing away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["load", "remove"])

    def handle(self, *args: object, what: str, **options: object) -> None:
        try:
            samples.load() if what == "load" else samples.remove()
        except samples.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if what == "load":
            self.stdout.write(f"The sample hub is loaded. Log-ins: {samples.accounts_path()}")
        else:
            self.stdout.write("The sample people and what they wrote are gone; the facts stay.")
