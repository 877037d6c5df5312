"""The index that rooms push plain facts into, and the search over it.

A room registers its kinds of result and pushes in the transaction of the change:

    search.register("lab", label=_("Learning Labs"), icon="calendar", rebuild=index_all_labs)
    search.put(key="lab:7", kind="lab", …)
"""

from hub.search.index import learn, put, rebuild, remove, weigh
from hub.search.registry import Facet, Kind, facet, facets, kinds, register

__all__ = [
    "Facet",
    "Kind",
    "facet",
    "facets",
    "kinds",
    "learn",
    "put",
    "rebuild",
    "register",
    "remove",
    "weigh",
]
