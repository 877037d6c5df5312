from hub.models.deliveries import Delivery
from hub.models.events import Event, Follow, Notification
from hub.models.files import StoredFile
from hub.models.forms import Submission
from hub.models.invitations import Invitation
from hub.models.search import SearchDocument
from hub.models.users import User

__all__ = [
    "Delivery",
    "Event",
    "Follow",
    "Invitation",
    "Notification",
    "SearchDocument",
    "StoredFile",
    "Submission",
    "User",
]
