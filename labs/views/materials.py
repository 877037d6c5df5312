"""Links and files of a Lab: kept by its coordinators, read by those who may."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub import files
from hub.requests import person
from hub.views.files import send
from labs import actions
from labs.forms import MaterialForm
from labs.models import Lab, Material
from labs.refusals import Refused
from labs.views.pages import coordinated


@require_http_methods(["GET", "HEAD", "POST"])
def lab_materials(request: HttpRequest, slug: str) -> HttpResponse:
    lab = coordinated(request, slug)
    if request.method != "POST":
        return _page(request, lab, MaterialForm(lab=lab))
    form = MaterialForm(request.POST, request.FILES, lab=lab)
    if form.is_valid():
        try:
            actions.add_material(
                by=person(request),
                lab=lab,
                about=form.about(),
                link=form.cleaned_data["link"],
                upload=form.cleaned_data["file"],
            )
        except files.Refused as refused:
            form.add_error("file", str(refused))
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Added."))
            return redirect("lab-materials", slug=lab.slug)
    return _page(request, lab, form, status=422)


def _page(
    request: HttpRequest, lab: Lab, form: MaterialForm, *, status: int = 200
) -> TemplateResponse:
    materials = list(Material.objects.filter(lab=lab).shown().select_related("item", "added_by"))
    context = {"lab": lab, "form": form, "materials": materials}
    return TemplateResponse(request, "labs/materials.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_material(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    lab = coordinated(request, slug)
    material = get_object_or_404(Material.objects.filter(lab=lab).shown(), pk=pk)
    form = MaterialForm(
        request.POST if request.method == "POST" else None, lab=lab, material=material
    )
    if request.method == "POST" and form.is_valid():
        link = form.cleaned_data.get("link", "")
        actions.change_material(
            by=person(request), material=material, about=form.about(), link=link
        )
        messages.success(request, _("Saved."))
        return redirect("lab-materials", slug=lab.slug)
    context = {"lab": lab, "form": form, "material": material}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "labs/material.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_material_removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    lab = coordinated(request, slug)
    back = reverse("lab-materials", args=[lab.slug])
    material = Material.objects.filter(lab=lab, pk=pk).shown().first()
    if request.method == "POST":
        # Sent twice: it is gone, which is what was asked.
        if material is not None:
            actions.remove_material(by=person(request), material=material)
        messages.success(request, _("Removed."))
        return redirect(back)
    material = get_object_or_404(Material.objects.filter(lab=lab), pk=pk)
    is_file = material.file_id is not None
    context = {
        "confirm_title": _("Remove “%(title)s”?") % {"title": material.title},
        "consequences": [
            _("The file is deleted; to bring it back, add it again.")
            if is_file
            else _("The link is taken off the page."),
        ],
        "confirm_button": _("Remove"),
        "cancel_url": back,
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


# Public: a file is as public as its Lab, and some only for those who have a seat.
@login_not_required
@require_safe
def lab_material_file(request: HttpRequest, slug: str, pk: int) -> FileResponse | HttpResponse:
    seen = Material.objects.visible_to(request.user).filter(lab__slug=slug)
    material = get_object_or_404(seen.select_related("file"), pk=pk)
    if material.file is None:
        raise Http404
    return send(request, material.file)
