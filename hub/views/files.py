import logging
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from hub import access
from hub.files import SHOWN
from hub.models import StoredFile

log = logging.getLogger("hub.files")


# Public: a file is as public as the thing it belongs to, which its audience says.
@require_safe
@login_not_required
def file(request: HttpRequest, pk: UUID) -> FileResponse | HttpResponse:
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=pk)
    return send(request, stored)


def _opened(stored: StoredFile) -> "File[bytes]":
    try:
        return stored.file.open("rb")
    except FileNotFoundError as error:
        log.error("The bytes of the file %s are not in the storage.", stored.pk)
        raise Http404 from error


def send(request: HttpRequest, stored: StoredFile) -> FileResponse | HttpResponse:
    """The bytes, to somebody who has been found to be allowed to have them."""
    tag = f'"{stored.sha256}"'
    response: FileResponse | HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        shown = stored.content_type in SHOWN
        response = FileResponse(
            _opened(stored),
            as_attachment=not shown,
            filename=stored.name,
            content_type=stored.content_type if shown else "application/octet-stream",
        )
        # Should a browser ever take the file for a page, it may do nothing.
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    is_public = access.PUBLIC in stored.audience
    # Short, since a text may become private again; the tag makes asking cheap.
    response.headers["Cache-Control"] = "public, max-age=600" if is_public else "private, no-cache"
    response.headers["ETag"] = tag
    return response
