from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hub.delivery import letters, optouts
from hub.middleware.once import repeatable


# Public: the link in a mail works without signing in; the token is signed.
@login_not_required
# Mail programs post here without cookies (RFC 8058); repeating it changes nothing more.
@csrf_exempt
@repeatable
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    subscription = optouts.by_token(token)
    kind = letters.kinds().get(subscription.kind) if subscription else None
    if subscription is None or kind is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("wish") == "resume":
            subscription.resume()
        else:
            subscription.end()
        if request.POST.get("List-Unsubscribe"):
            # A mail program, which RFC 8058 forbids us to redirect.
            return HttpResponse("ok\n", content_type="text/plain")
        return redirect("unsubscribe", token=token)
    context = {"kind": kind, "is_wanted": subscription.is_wanted, "token": token}
    return TemplateResponse(request, "hub/unsubscribe.html", context)
