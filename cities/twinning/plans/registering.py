"""What the hub is told of replication plans when it starts."""

from django.utils.translation import gettext_lazy as _

from cities.twinning.plans import documents, letters, panels
from hub import events, search


def register() -> None:
    events.register("plan.begun", _("{actor} began the replication plan of {title}"))
    events.register("plan.kept", _("{actor} kept a version of the replication plan of {title}"))
    events.register("plan.owned", _("{actor} handed on the replication plan of {title}"))
    events.register("plan.commented", _("{actor} commented on the replication plan of {title}"))
    events.register("plan.signed", _("{actor} signed the replication plan of {title}"))
    events.register(
        "plan.reopened", _("{actor} began the next version of the replication plan of {title}")
    )
    events.register("plan.published", _("{actor} published the replication plan of {title}"))
    events.register(
        "plan.followed-up", _("{actor} told how far the replication plan of {title} has come")
    )
    search.register("plan", label=_("Replication plans"), icon="file", rebuild=documents.put_plans)
    letters.register()
    panels.register()
