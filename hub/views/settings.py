from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub import people
from hub.forms.settings import LanguageForm, PersonForm, ThemeForm
from hub.middleware.once import repeatable
from hub.models import User
from hub.requests import person

A_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    # A copy: the frame around the page shows what is stored, not what was typed.
    me = User.objects.get(pk=person(request).pk)
    form = PersonForm(request.POST or None, instance=me)
    if request.method != "POST":
        return TemplateResponse(request, "hub/settings.html", {"form": form})
    if not form.is_valid():
        return TemplateResponse(request, "hub/settings.html", {"form": form}, status=422)
    me = form.save()
    people.changed(me)
    with override(me.language):
        messages.success(request, _("Your settings are saved."))
    return _remember_in_browser(redirect("settings"), me.language, me.theme)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why some pages ask for more than a password, and where to set it up."""
    return TemplateResponse(request, "hub/second_factor.html")


# Public: a visitor chooses a language too.
@login_not_required
@repeatable
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _back(request)
    language = form.cleaned_data["language"]
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return _remember_in_browser(_back(request), language=language)


# Public: a visitor chooses light or dark too.
@login_not_required
@repeatable
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    data = request.POST.copy()
    # The footer's button for "as the device" sends nothing.
    data["theme"] = data.get("theme") or "system"
    form = ThemeForm(data)
    if not form.is_valid():
        return _back(request)
    theme = form.cleaned_data["theme"]
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(theme=theme)
    return _remember_in_browser(_back(request), theme=theme)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that the form stood on, if it is one of ours."""
    target = request.POST.get("next", "")[:2000]
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target, status=303)


def _remember_in_browser(
    response: HttpResponse, language: str = "", theme: str = ""
) -> HttpResponse:
    """Cookies, so that the choice also stands before signing in."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), ("theme", theme)):
        if value:
            response.set_cookie(
                name, value, max_age=A_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
            )
    return response
