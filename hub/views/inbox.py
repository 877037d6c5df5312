from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from hub import inbox as notes
from hub.forms.inbox import ReadingForm
from hub.requests import back, person

PAGE = 30


@require_safe
def inbox(request: HttpRequest) -> TemplateResponse:
    page = Paginator(notes.of(person(request)), PAGE).get_page(request.GET.get("page"))
    parts = notes.by_day(page.object_list)
    newest = max((note.pk for note in page.object_list), default=0)
    return TemplateResponse(
        request, "hub/inbox.html", {"page": page, "parts": parts, "newest": newest}
    )


@require_POST
def inbox_reading(request: HttpRequest) -> HttpResponse:
    form = ReadingForm(request.POST)
    if not form.is_valid():
        raise Http404
    note, up_to = form.cleaned_data["note"], form.cleaned_data["up_to"]
    notes.read(by=person(request), notes=[note] if note else None, up_to=up_to)
    return back(request, "inbox", changed="inbox-changed")
