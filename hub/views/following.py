from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import slugify
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from hub import following as subjects
from hub.enums import MailChoice
from hub.forms.inbox import FollowForm
from hub.forms.mailing import AS_KIND
from hub.models import Follow
from hub.requests import back, person

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest) -> HttpResponse:
    """GET: what I follow. POST: follow or stop following."""
    if request.method == "POST":
        return _follow(request)
    me = person(request)
    rows = Follow.objects.filter(user=me).order_by("subject").values_list("subject", "rhythm")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    chosen = dict(page.object_list)
    context = {
        "page": page,
        "followed": [(subject, chosen[subject.key]) for subject in subjects.named(me, chosen)],
        "rhythms": [AS_KIND, *MailChoice.choices],
    }
    return TemplateResponse(request, "hub/following.html", context)


@require_safe
def follow_button(request: HttpRequest, subject: str) -> HttpResponse:
    """The button alone, for htmx; anybody else is taken to the thing itself."""
    me = person(request)
    found = subjects.find(me, subject)
    if found is None:
        raise Http404
    if not getattr(request, "htmx", False):
        return redirect(found.url)
    context = {
        "subject": subject,
        "is_following": subjects.is_following(me, subject),
        "is_swap": True,
    }
    return TemplateResponse(request, "components/follow.html", context)


def _follow(request: HttpRequest) -> HttpResponse:
    me, form = person(request), FollowForm(request.POST)
    if not form.is_valid():
        raise Http404
    subject = form.cleaned_data["subject"]
    if form.cleaned_data["wish"] == "unfollow":
        subjects.unfollow(subject=subject, by=me)
    elif subjects.find(me, subject) is None:
        raise Http404
    else:
        subjects.follow(subject=subject, by=me)
    return back(request, "following", changed=f"follow-{slugify(subject)}")
