from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from hub import access
from hub.following import is_following
from knowledge import permissions
from knowledge.enums import State
from knowledge.markup import html_of
from knowledge.models import Article, Revision
from knowledge.notes import notes_context, passage_of
from knowledge.sections import OF_KIND, RESULT_CELLS, result_rows
from knowledge.threads import thread_context, threads_of
from labs.permissions import audience_keys as lab_audience


# Public: an article is as public as its authors chose; others get 404.
@require_safe
@login_not_required
def article(request: HttpRequest, slug: str) -> TemplateResponse:
    found = get_object_or_404(Article.objects.visible_to(request.user).for_page(), slug=slug)
    revision = found.live or found.revisions.order_by("-number")[0]
    revision.article = found
    user = request.user
    parts, threads = parts_of(revision), threads_of(found)
    notes = [thread for thread in threads if passage_of(thread) is not None]
    context = {
        "article": found,
        "revision": revision,
        "parts": parts,
        "authors": [a.author for a in found.authorships.all()],
        "can_edit": permissions.can_edit(user, found),
        "lab_is_seen": found.lab is not None and access.opened_by(user, lab_audience(found.lab)),
        "is_archived": found.state == State.ARCHIVED,
        "is_following": is_following(user, found.subject),
        **thread_context(request, found, threads=threads),
        **notes_context(request, revision, parts, notes),
    }
    return TemplateResponse(request, "knowledge/article.html", context)


def parts_of(revision: Revision) -> list[dict[str, Any]]:
    """The sections that have been filled in, in the form's order, ready to show."""
    html: Mapping[str, str] = html_of(revision)
    shown = []
    for section in OF_KIND[revision.article.kind]:
        value = revision.fields.get(section.code)
        if not value:
            continue
        part: dict[str, Any] = {"code": section.code, "label": section.label, "form": section.form}
        if section.form == "text":
            part["html"] = html.get(section.code, "")
        elif section.form == "results":
            part["rows"], part["heads"] = result_rows(value), RESULT_CELLS
        elif section.form == "choice":
            part["value"] = dict(section.choices).get(value, value)
        else:
            part["value"] = value
        shown.append(part)
    return shown
