"""All routes there are, read from the URLconf."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    name: str
    #: e.g. "labs/<slug:slug>/"
    pattern: str
    parameters: tuple[str, ...]

    def path(self, values: Mapping[str, str]) -> str:
        """The address with these values put in, unquoted; also what would not resolve."""
        filled = _PARAMETER.sub(lambda found: values[found[1] or found[2]], self.pattern)
        return "/" + filled.replace("^", "").replace("$", "")

    @property
    def key(self) -> str:
        """What a row of the access table calls it; nameless routes go by their pattern."""
        return self.name if self.name and not self.name.endswith(":") else self.pattern


def every_route(urlconf: Any = None) -> list[Route]:
    return list(_walk(get_resolver(urlconf), "", ""))


def _walk(resolver: URLResolver, space: str, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            names = tuple(a or b for a, b in _PARAMETER.findall(pattern))
            yield Route(space + (entry.name or ""), pattern, names)
        else:
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, inner, pattern)
