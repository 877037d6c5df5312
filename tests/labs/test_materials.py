"""Links and files of a Lab: as private as the Lab, some only for those who have a seat."""

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from cities.twinning.actions import form_group
from hub import documents, files
from hub.models import StoredFile, User
from labs import actions
from labs.actions.materials import About
from labs.comparing import row_of
from labs.models import Lab, Material, MinutesPoint
from labs.plans import Point
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import a_plan, form_data, post
from tests.labs.minutes import over

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SLIDES = ("[Content_Types].xml", "ppt/presentation.xml")


def packed(*names: str, mimetype: str = "") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


def upload(data: bytes = PDF, name: str = "Heat plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def add(lab: Lab, by: User, title: str = "Heat plan", **about: object) -> Material:
    told = About(title, **about)  # type: ignore[arg-type]
    return actions.add_material(by=by, lab=lab, about=told, upload=upload())


@pytest.mark.parametrize(
    ("data", "name", "kept"),
    [
        (PDF, "plan.pdf", "plan.pdf"),
        (PDF, "plan.exe", "plan.pdf"),
        (packed(*SLIDES), "Bilder å ä.pptx", "bilder-a-a.pptx"),
        (packed("[Content_Types].xml", "word/document.xml"), "x.zip", "x.docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "x.xlsx", "x.xlsx"),
        (
            packed("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
            "x.odt",
            "x.odt",
        ),
        ("Ö,1".encode(), "x.csv", "x.csv"),
    ],
)
def test_documents_are_told_by_what_is_in_them(
    cast: Cast, data: bytes, name: str, kept: str
) -> None:
    stored = documents.store_document(upload=upload(data, name), audience=[], by=cast.carol)
    assert (stored.name, stored.size) == (kept, len(data))
    assert stored.content_type == documents.TYPES[kept.rpartition(".")[2]]


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "x.pdf", "The file is empty"),
        (b"<html><script>alert(1)</script>", "x.html", "cannot be taken"),
        (b"<svg onload=alert(1)>", "x.svg", "cannot be taken"),
        (b"MZ\x90\x00", "x.txt", "cannot be taken"),
        (b"#!/bin/sh", "x.sh", "cannot be taken"),
        (b"PK\x03\x04broken", "x.docx", "broken"),
        (packed("a.txt", "b.txt"), "x.zip", "Packed files"),
        (packed(*SLIDES, "ppt/vbaProject.bin"), "x.pptx", "macros"),
        (packed(*SLIDES, "word/document.xml"), "x.pptx", "Packed files"),
        (packed("a.js", *SLIDES), "x.pptx", "macros"),
        (b"%PDF-" + b"0" * files.LARGEST_UPLOAD, "x.pdf", "at most 10 MB"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(
    lab: Lab, cast: Cast, sign_in: Callable[..., Client], data: bytes, name: str, sentence: str
) -> None:
    with pytest.raises(files.Refused, match=sentence):
        documents.store_document(upload=upload(data or b"", name), audience=[], by=cast.carol)
    assert StoredFile.objects.count() == 0


def test_the_coordinator_adds_renames_and_removes(
    lab: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client, url = sign_in(cast.carol), f"{lab.get_absolute_url()}materials/"
    point = lab.agenda.get(position=2)
    post(client, url, {"title": "Map", "link": "https://example.org/map"})
    post(client, url, {"title": "Plan", "file": upload(), "item": str(point.pk)})
    rows = list(Material.objects.order_by("pk").values_list("title", "link", "item"))
    assert rows == [("Map", "https://example.org/map", None), ("Plan", "", point.pk)]
    page = client.get(lab.get_absolute_url()).content.decode()
    assert page.index("Pipes") < page.index("Plan") < page.index("Map")
    plan = Material.objects.get(title="Plan")
    post(client, f"{url}{plan.pk}/", {"title": "The plan", "for_registered": "on"})
    plan.refresh_from_db()
    assert (plan.title, plan.item, plan.for_registered) == ("The plan", None, True)
    assert plan.file is not None
    name = plan.file.file.name
    assert "The file is deleted" in client.get(f"{url}{plan.pk}/removal/").content.decode()
    assert Material.objects.count() == 2
    for _press in range(2):
        assert post(client, f"{url}{plan.pk}/removal/").status_code == 302
    assert list(Material.objects.values_list("title", flat=True)) == ["Map"]
    assert (StoredFile.objects.count(), bool(name)) == (0, True)


def test_a_link_without_a_scheme_is_https(
    lab: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    url = f"{lab.get_absolute_url()}materials/"
    sent = post(sign_in(cast.carol), url, {"title": "Map", "link": "www.example.org/x"})
    assert (sent.status_code, Material.objects.get().link) == (302, "https://www.example.org/x")


@pytest.mark.django_db(transaction=True)
def test_a_removed_file_leaves_no_bytes(lab: Lab, cast: Cast) -> None:
    material = add(lab, cast.carol)
    assert material.file is not None
    name = material.file.file.name or ""
    assert default_storage.exists(name)
    actions.remove_material(by=cast.carol, material=material)
    assert not default_storage.exists(name)


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({"title": "X"}, {"link": ["Give a link or a file."]}),
        (
            {"title": "X", "link": "javascript:alert(1)"},
            {"link": ["Write a whole address, like https://…"]},
        ),
        ({"link": "https://example.org/"}, {"title": ["This field is required."]}),
    ],
)
def test_a_refused_form_says_why(
    lab: Lab,
    cast: Cast,
    sign_in: Callable[..., Client],
    form: dict[str, str],
    errors: dict[str, list[str]],
) -> None:
    response = post(sign_in(cast.carol), f"{lab.get_absolute_url()}materials/", form)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(errors)
    assert Material.objects.count() == 0


def test_link_and_file_at_once_and_a_bad_file_are_refused(
    lab: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client, url = sign_in(cast.carol), f"{lab.get_absolute_url()}materials/"
    both = {"title": "X", "link": "https://example.org/", "file": upload()}
    response = post(client, url, both)
    assert response.context["form"].errors == {"file": ["Give a link or a file, not both."]}
    response = post(client, url, {"title": "X", "file": upload(b"<html>", "x.html")})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["file"])
    assert Material.objects.count() == 0


def seen_by(client: Client, lab: Lab, material: Material) -> tuple[bool, int]:
    """Whether the Lab's page names it, and what its file answers."""
    page = client.get(lab.get_absolute_url())
    return material.title in page.content.decode(), status(client, material.get_absolute_url())


def status(client: Client, url: str) -> int:
    answer = client.get(url)
    # Read to its end, which is what closes the file.
    if answer.streaming:
        list(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.status_code


def test_files_are_as_private_as_their_lab(
    make_lab: Callable[..., Lab], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    lab = make_lab(audience="open")
    everybody, seated = (
        add(lab, cast.carol, "For all"),
        add(lab, cast.carol, "For the seated", for_registered=True),
    )
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    visitor = Client()
    assert (seen_by(visitor, lab, everybody), seen_by(visitor, lab, seated)) == (
        (True, 200),
        (False, 404),
    )
    assert seen_by(sign_in(cast.alice), lab, seated) == (True, 200)
    assert seen_by(sign_in(cast.bob), lab, seated) == (False, 404)
    assert seen_by(sign_in(cast.carol), lab, seated) == (True, 200)
    # Their own addresses open to nobody, and the seat given back closes the file.
    for material in (everybody, seated):
        assert material.file is not None
        assert status(sign_in(cast.carol), material.file.get_absolute_url()) == 404
    actions.cancel_registration(by=cast.alice, lab=lab)
    assert seen_by(sign_in(cast.alice), lab, seated) == (False, 404)
    team = make_lab(audience="transition-team")
    hidden = add(team, cast.carol)
    assert status(visitor, hidden.get_absolute_url()) == 404
    assert status(sign_in(cast.mallory), hidden.get_absolute_url()) == 404
    assert status(sign_in(cast.alice), hidden.get_absolute_url()) == 200
    draft = make_lab(state="draft", audience="open")
    unseen = add(draft, cast.carol)
    assert status(visitor, unseen.get_absolute_url()) == 404


def test_who_conducts_an_exchange_opens_all_its_files(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    group = form_group(
        programme=cast.twinning, pilots=[cast.leuven], twins=[cast.lund],
        period=(dt.date(2024, 9, 1), None),
    )  # fmt: skip
    plan = a_plan(kind="workshop", audience="group", group=group)
    lab = actions.draft(by=cast.alice, programme=cast.twinning, plan=plan)
    lab = actions.publish(by=cast.alice, lab=lab)
    material = add(lab, cast.alice, for_registered=True)
    seen = {
        name: sign_in(user).get(material.get_absolute_url()).status_code
        for name, user in (("lead", cast.alice), ("staff", cast.bob), ("other", cast.rita))
    }
    assert seen == {"lead": 200, "staff": 404, "other": 404}


def test_a_file_is_downloaded_and_never_shown_as_a_page(
    make_lab: Callable[..., Lab], cast: Cast, client: Client
) -> None:
    material = add(make_lab(audience="open"), cast.carol)
    answer = client.get(material.get_absolute_url())
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="heat-plan.pdf"'
    assert answer["Cache-Control"] == "private, no-cache"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_materials_stay_with_their_point_when_the_agenda_is_rearranged(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab(state="draft")
    welcome, pipes = lab.agenda.all()
    material = add(lab, cast.carol, item=pipes)
    points = [Point(**row_of(item)) for item in (pipes, welcome)]
    plan = a_plan(agenda=(replace(points[0], title="All pipes"), Point("Break", 10), points[1]))
    lab = actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    assert lab.agenda.get(position=1).pk == pipes.pk
    assert list(lab.agenda.values_list("title", flat=True)) == ["All pipes", "Break", "Welcome"]
    material.refresh_from_db()
    assert material.item_id == pipes.pk
    # A point that goes leaves its materials to the Lab; another Lab's point is no way in.
    other = make_lab(state="draft").agenda.get(position=1)
    stolen = Point("Mine now", 5, item=other.pk)
    plan = a_plan(agenda=(stolen,))
    lab = actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    material.refresh_from_db()
    other.refresh_from_db()
    assert (material.item_id, other.title, lab.agenda.count()) == (None, "Welcome", 1)
    assert (
        actions.add_material(
            by=cast.carol, lab=lab, about=About("X", other), link="https://example.org/"
        ).item
        is None
    )


def test_the_form_keeps_the_points_it_was_opened_with(
    make_lab: Callable[..., Lab], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    lab, client = make_lab(state="draft"), sign_in(cast.carol)
    welcome, pipes = lab.agenda.all()
    fields = {"agenda-0-item": str(pipes.pk), "agenda-1-item": str(welcome.pk), "version": "1"}
    # The third row was emptied: its point goes, and nothing is asked of it.
    fields |= {"agenda-2-item": "", "agenda-2-title": ""}
    response = post(client, f"{lab.get_absolute_url()}edit/", form_data(**fields))
    assert response.status_code == 302
    assert list(lab.agenda.values_list("pk", "title")) == [
        (pipes.pk, "Welcome"),
        (welcome.pk, "Pipes"),
    ]
    emptied = form_data(
        **(
            fields
            | {
                "version": "2",
                "agenda-1-title": "",
                "agenda-1-minutes": "",
                "agenda-1-presenter": "",
            }
        )
    )
    assert post(client, f"{lab.get_absolute_url()}edit/", emptied).status_code == 302
    assert list(lab.agenda.values_list("pk", flat=True)) == [pipes.pk]


def test_a_thrown_away_draft_takes_its_files_along(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    draft = make_lab(state="draft")
    add(draft, cast.carol)
    actions.discard(by=cast.carol, lab=draft)
    assert (Material.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_lab_takes_fifty(lab: Lab, cast: Cast) -> None:
    def one(number: int) -> Material:
        link = f"https://example.org/{number}"
        return actions.add_material(by=cast.carol, lab=lab, about=About("X"), link=link)

    links: Iterable[Material] = [one(n) for n in range(50)]
    assert len(list(links)) == 50
    with pytest.raises(Refused, match="at most 50"):
        one(51)


def test_published_minutes_name_the_materials(
    make_lab: Callable[..., Lab], cast: Cast, client: Client
) -> None:
    lab = make_lab(audience="open")
    add(lab, cast.carol, "The plan itself")
    add(lab, cast.carol, "Seats only", for_registered=True)
    minutes = actions.begin_minutes(by=cast.carol, lab=over(lab))
    MinutesPoint.objects.filter(minutes=minutes).update(notes="Heard")
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    page = client.get(f"{lab.get_absolute_url()}minutes/").content.decode()
    assert ("The plan itself" in page, "Seats only" in page) == (True, False)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("material_has_title", {"title": ""}),
        ("material_is_link_or_file", {"link": "https://example.org/"}),
        ("material_is_link_or_file", {"file": None}),
    ],
)
def test_the_database_holds(
    lab: Lab, cast: Cast, constraint: str, change: dict[str, object]
) -> None:
    material = add(lab, cast.carol)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Material.objects.filter(pk=material.pk).update(**change)
