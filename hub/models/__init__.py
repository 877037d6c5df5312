from hub.models.deliveries import Delivery, OptOut, Tick
from hub.models.events import Event, Follow, Notification
from hub.models.files import StoredFile
from hub.models.forms import Submission
from hub.models.invitations import Invitation
from hub.models.removals import Removable, removed_with_reason
from hub.models.reports import Report
from hub.models.search import SearchChange, SearchDocument, SearchWord
from hub.models.users import User, seen_by

__all__ = [
    "Delivery",
    "Event",
    "Follow",
    "Invitation",
    "Notification",
    "OptOut",
    "Removable",
    "Report",
    "SearchChange",
    "SearchDocument",
    "SearchWord",
    "StoredFile",
    "Submission",
    "Tick",
    "User",
    "removed_with_reason",
    "seen_by",
]
