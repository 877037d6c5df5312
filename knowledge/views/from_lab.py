from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from hub.requests import person
from knowledge import permissions
from knowledge.actions.from_lab import draft_from_lab
from knowledge.enums import Kind
from labs.enums import LabState
from labs.models import Lab


@require_POST
def article_from_lab(request: HttpRequest, slug: str) -> HttpResponse:
    """One press on the page of a Lab: a draft that begins with what its minutes hold."""
    kind = request.POST.get("kind", "")
    if kind not in Kind.values:
        raise BadRequest("There is no such kind of article.")
    seen = Lab.objects.visible_to(request.user).filter(state=LabState.HELD).with_frame()
    lab = get_object_or_404(seen, slug=slug)
    if not permissions.can_write(request.user, kind):
        raise PermissionDenied
    article = draft_from_lab(by=person(request), kind=kind, lab=lab)
    return redirect("article-edit", article.slug)
