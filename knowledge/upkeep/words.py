"""What a flag says, in a sentence for those who edit the text."""

import datetime as dt

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from knowledge.enums import FlagKind
from knowledge.models import Flag

#: What the checker met at a link.
MET = {
    "404": gettext_lazy("the page is not there"),
    "410": gettext_lazy("the page was taken away"),
    "no-host": gettext_lazy("there is no such server"),
    "unreachable": gettext_lazy("the server cannot be reached"),
    "timeout": gettext_lazy("the server does not answer"),
}


def day_of(when: dt.date) -> str:
    return formats.date_format(when, pgettext("date format", "j F Y"))


def sentence(flag: Flag) -> str:
    """`flag` comes with its article, the owner, who raised it and the reuse's city."""
    kind = FlagKind(flag.kind)
    if kind == FlagKind.OVERDUE:
        day = dt.date.fromisoformat(flag.evidence)
        told = {"day": day_of(day)}
        return _("It was to be checked by %(day)s, and nobody has said anything.") % told
    if kind == FlagKind.OWNER_GONE:
        name = {"name": flag.article.owner}
        return _("%(name)s answered for it and no longer belongs to those who edit it.") % name
    if kind == FlagKind.DEAD_LINK:
        met = {"met": MET.get(flag.text, flag.text)}
        return _("A link in it leads nowhere: %(met)s.") % met
    if kind == FlagKind.REUSE_STOPPED and flag.reuse is not None:
        stopped = {"city": flag.reuse.city.name, "reason": flag.reuse.reason}
        return _("%(city)s has stopped using it: %(reason)s") % stopped
    said = {"name": flag.raised_by, "text": flag.text}
    if kind == FlagKind.NEWER_FIGURE:
        return _("%(name)s knows a newer figure: %(text)s") % said
    return _("%(name)s marked it as possibly out of date: %(text)s") % said


def address(flag: Flag) -> str:
    """Where to look, for flags that stand on an address."""
    on_the_web = (FlagKind.DEAD_LINK, FlagKind.NEWER_FIGURE)
    return flag.evidence if flag.kind in on_the_web else ""
