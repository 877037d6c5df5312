"""What a page that saves itself is answered (static/js/autosave.js)."""

from collections.abc import Sequence

from django.forms import Form
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.editing import Standing
from hub.face import dates


def is_asked(request: HttpRequest) -> bool:
    return "X-Autosave" in request.headers


def stopped(message: object) -> JsonResponse:
    """Not saved, and not to be tried again by itself: the person has to look."""
    return JsonResponse({"message": str(message)}, status=409)


def wrong(form: Form) -> JsonResponse:
    return stopped(next(iter(form.errors.values()))[0])


def clashing(texts: Sequence[Standing]) -> JsonResponse:
    first = texts[0]
    return stopped(
        _("%(name)s has also written under “%(point)s”. Press Save to see both texts.")
        % {"name": first.changed_by or "?", "point": first.label}
    )


def saved(texts: list[dict[str, object]]) -> JsonResponse:
    return JsonResponse({"texts": texts}, headers={"X-Saved-At": dates.hour(timezone.localtime())})
