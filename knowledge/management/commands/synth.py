"""Fill a database with generated but plausible rows: `manage.py synth --cities 500 …`."""

import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cities import synth as cities
from cities.models import City
from knowledge import synth as knowledge
from labs import synth as labs
from labs.enums import Audience

#: Labs at the size of a conference, that `make bench` opens.
BUSY = 20
#: One Lab more, with as many registered as there are people, up to this.
LARGEST = 2000


class Command(BaseCommand):
    """The highest room makes all of them: it alone may know the others."""

    help = "Fills an empty database with generated cities, people, Labs and articles."

    def add_arguments(self, parser: CommandParser) -> None:
        for name, count in (("cities", 500), ("people", 2000), ("labs", 500), ("articles", 5000)):
            parser.add_argument(f"--{name}", type=int, default=count)
        parser.add_argument("--seed", type=int, default=2030, help="the same seed, the same rows")

    def handle(self, *args: Any, **options: Any) -> None:
        if City.objects.exists():
            raise CommandError(
                "This database holds cities already: generated rows are for an empty one, "
                f"and {settings.DATABASES['default']['NAME']} is not empty."
            )
        rng = random.Random(options["seed"])  # noqa: S311 - plausible, not secret
        cities.synth(rng, options["cities"], people=options["people"])
        labs.synth(rng, options["labs"])
        labs.synth(rng, BUSY, guests=(200, 200), points=30, audience=Audience.OPEN)
        labs.synth(
            rng, 1, guests=(LARGEST, LARGEST), points=30, audience=Audience.OPEN,
            named="synth-largest", seats=(LARGEST, LARGEST), held=0,
        )  # fmt: skip
        knowledge.synth(rng, options["articles"])
        self.stdout.write(
            "Generated: "
            + ", ".join(f"{options[n]} {n}" for n in ("cities", "people", "labs", "articles"))
        )
