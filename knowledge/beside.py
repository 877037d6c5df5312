"""What changed beside the words: where a text belongs, who wrote it, who may read it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cities.enums import Visibility
from cities.models import City, Domain, Lever, Programme
from cities.twinning.models import TwinGroup
from hub.languages import LANGUAGES
from hub.models import User
from knowledge.models import Revision
from labs.models import Lab

if TYPE_CHECKING:
    from hub.access import Reader

#: What stands in `Revision.facts`, as the form calls it.
_LABELS = {
    "visibility": _("Who may read it"),
    "city": _("City"),
    "programme": _("In which programme"),
    "lab": _("From which Learning Lab"),
    "group": _("From which twin group"),
    "language": _("Language you write in"),
    "domains": _("Emission domains"),
    "levers": _("Levers of change"),
    "coauthors": _("Written together with"),
}


def changed(user: "Reader", before: Revision, after: Revision) -> list[dict[str, Any]]:
    """Each fact that differs, in words this reader may see; one question for each side of it."""
    words = _words(user)
    found = []
    for name, label in _LABELS.items():
        old, new = (revision.facts.get(name) or "" for revision in (before, after))
        if old != new:
            found.append({"label": label, "before": words[name](old), "after": words[name](new)})
    return found


def _words(user: "Reader") -> dict[str, Callable[[Any], str]]:
    def named(rows: Any, field: str) -> Callable[[Any], str]:
        def read(value: Any) -> str:
            wanted = value if isinstance(value, list) else [value]
            names = [str(row) for row in rows.filter(**{f"{field}__in": wanted})] if value else []
            return ", ".join(sorted(names))

        return read

    def chosen(pairs: Any) -> Callable[[Any], str]:
        return lambda value: str(dict(pairs).get(value, value))

    return {
        "visibility": chosen(Visibility.choices),
        "language": chosen(LANGUAGES),
        "city": named(City.objects, "slug"),
        "programme": named(Programme.objects, "slug"),
        # Not every Lab is known to everybody who reviews.
        "lab": named(Lab.objects.visible_to(user), "slug"),
        "group": named(TwinGroup.objects.visible_to(user), "slug"),
        "domains": named(Domain.objects, "code"),
        "levers": named(Lever.objects, "code"),
        "coauthors": named(User.objects.visible_to(user), "pk"),
    }
