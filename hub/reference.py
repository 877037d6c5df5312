"""Facts that ship with the hub: taxonomy, cities, organisations, programmes, pairings.

Each room registers a loader; loading adds what is missing and never changes
what people of this installation have edited since.
"""

from collections.abc import Callable

from django.db import transaction

_loaders: dict[str, tuple[int, Callable[[], None]]] = {}


def register(name: str, *, load: Callable[[], None], order: int = 50) -> None:
    _loaders[name] = (order, load)


@transaction.atomic
def load() -> None:
    for _name, (_order, loader) in sorted(_loaders.items(), key=lambda item: item[1][0]):
        loader()
