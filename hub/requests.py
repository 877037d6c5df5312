"""What every view asks of a request."""

from django.http import HttpRequest

from hub.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; only for pages that are not public."""
    if not isinstance(request.user, User):
        raise TypeError("A public page asked for the signed-in person: check for one first.")
    return request.user
