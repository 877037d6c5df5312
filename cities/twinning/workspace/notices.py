"""What hub is told of a group's work; it makes the group's log, too."""

from collections.abc import Iterable

from cities.twinning.models import TwinGroup
from cities.twinning.workspace.permissions import coordinator_key, insider_keys
from hub import events
from hub.models import User


def tell(
    verb: str,
    group: TwinGroup,
    *,
    by: User,
    text: str = "",
    url: str = "",
    direct: Iterable[User | int] = (),
    only_coordinators: bool = False,
) -> None:
    events.record(
        verb=verb,
        by=by,
        title=group.title,
        text=text,
        url=url or group.get_absolute_url(),
        audience=[coordinator_key(group)] if only_coordinators else insider_keys(group),
        subjects=[group.subject],
        direct=direct,
    )
