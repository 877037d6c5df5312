"""A text from the phone it is written on to the city that takes it up, with every part running.

Staff post from a phone with a picture, a researcher writes three notes, the author edits twice,
another city adapts it and tells what came of it, the translation goes out of date, and the
citation of the first version still opens the first version.
"""

import csv
import datetime as dt
import io
import re
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page

from tests.browser.journey import Journey, begin, fill, languages, text_of, until
from tests.browser.site import Site
from tests.smtp import Sink

pytestmark = pytest.mark.browser

BEGINS = dt.datetime(2027, 1, 11, 8, 0, tzinfo=dt.UTC)
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
OTHER = {"sv": "en", "en": "sv"}
TITLE = {
    "sv": "Lastcyklar i stället för skåpbilar i hemtjänsten",
    "en": "Cargo bikes instead of vans in home care",
}
#: What is written first; the three sentences of `NOTED` stand in it.
FIRST = {
    "sv": {
        "tried": "Vi bytte ut fyra skåpbilar mot sex lastcyklar under ett halvår.\n\n"
        "Personalen valde själva vilka rundor som cyklades. Resten kördes som förut.",
        "happened": "Rundorna tog lika lång tid som med bil, och parkeringen slapp vi helt.",
        "setback": "Batterierna laddade inte i kylan. Två av sex cyklar stod stilla hela februari.",
    },
    "en": {
        "tried": "We swapped four vans for six cargo bikes for half a year.\n\n"
        "The staff chose themselves which rounds to cycle. The others were driven as before.",
        "happened": "The rounds took as long as by car, and nobody had to look for parking.",
        "setback": "The batteries did not charge in the cold. Two of six bikes stood still all February.",
    },
}
NOTED = {
    "sv": (
        ("tried", "sex lastcyklar under ett halvår"),
        ("tried", "Personalen valde själva vilka rundor som cyklades."),
        ("setback", "Två av sex cyklar stod stilla hela februari."),
    ),
    "en": (
        ("tried", "six cargo bikes for half a year"),
        ("tried", "The staff chose themselves which rounds to cycle."),
        ("setback", "Two of six bikes stood still all February."),
    ),
}
#: The first edit puts something before and between the noted passages, the second rewrites
#: the section of the third.
SECOND = {
    "sv": "Hemtjänsten i två stadsdelar ville bort från bilköerna.\n\n"
    "Vi bytte ut fyra skåpbilar mot sex lastcyklar under ett halvår.\n\n"
    "Cyklarna leasades. Personalen valde själva vilka rundor som cyklades. Resten kördes som förut.",
    "en": "Home care in two districts wanted out of the traffic jams.\n\n"
    "We swapped four vans for six cargo bikes for half a year.\n\n"
    "The bikes were leased. The staff chose themselves which rounds to cycle. "
    "The others were driven as before.",
}
THIRD = {
    "sv": "Laddningen måste ske inomhus: nästa vinter byggs ett förråd med uttag vid basen.",
    "en": "Charging has to happen indoors: a shed with sockets is built at the base next winter.",
}
TRANSLATED = "Charge them indoors. Ladda dem inomhus."
OUTCOME = "Ten rounds a day since March; one van sold. Tio rundor om dagen sedan mars."
#: Marks words of the text as a reader does, by the text node that holds them.
SELECT = """quote => {
  for (const prose of document.querySelectorAll("[data-passages]")) {
    const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(quote);
      if (at < 0) continue;
      const node = walker.currentNode;
      getSelection().setBaseAndExtent(node, at, node, at + quote.length);
      return true;
    }
  }
  return false;
}"""


@pytest.fixture(params=languages("sv"))
def journey(
    request: pytest.FixtureRequest, browser: Browser, smtp_sink: Sink, blank: str,
    journey_site: Site,
) -> Iterator[Journey]:  # fmt: skip
    with begin("shared-knowledge", request.param, site=journey_site, blank=blank, browser=browser,
               sink=smtp_sink, people=readers, at=BEGINS) as begun:  # fmt: skip
        yield begun


def readers(language: str) -> None:
    from hub.models import User

    User.objects.update(language=language)


def test_shared_knowledge_from_phone_to_second_city(journey: Journey, tmp_path: Path) -> None:
    address = staff_posts_on_a_phone(journey, tmp_path)
    translation = coordinator_translates(journey, address)
    cited = researcher_cites_and_annotates(journey, address)
    author_edits_twice(journey, address)
    two_notes_sit_and_the_third_is_listed(journey, address)
    second_city_adapts_it(journey, address)
    map_and_table_show_the_flow(journey)
    translation_says_why_it_is_outdated(journey, translation)
    citation_opens_the_first_version(journey, cited)
    assert len(list(journey.album.glob("*.png"))) == len(journey.steps) >= 18


def staff_posts_on_a_phone(journey: Journey, folder: Path) -> str:
    page = journey.signed_in("staff.malmo", **PHONE)
    page.goto("/knowledge/new/?kind=experience")
    fill(page, title=TITLE[journey.language], **FIRST[journey.language])
    page.check("main [name=domains][value=mobility]")
    page.select_option("main [name=language]", journey.language)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    saved = page.locator("[data-autosave-state][data-kind=saved]")
    saved.wait_for()
    journey.picture(page, "phone-writing-and-saved")
    page.set_input_files("main [name=picture]", photo(folder))
    fill(page, alt=TITLE[journey.language])
    page.select_option("main [name=section]", "happened")
    page.click("main button[value=picture]")
    page.wait_for_url(re.compile(r"draft=.*#pictures$"))
    for name, text in FIRST[journey.language].items():
        assert page.input_value(f"main [name={name}]").startswith(text), name
    journey.picture(page, "phone-picture-added")
    page.click("main button[value=publish]")
    page.wait_for_url(re.compile(r"/knowledge/(?!new/)[^/]+/$"))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    shown = page.locator("main #happened img")
    assert shown.get_attribute("alt") == TITLE[journey.language]
    assert_no_place_is_left(page, shown.get_attribute("src") or "")
    journey.picture(page, "phone-published")
    address = urllib.parse.urlsplit(page.url).path
    page.context.close()
    return address


def photo(folder: Path) -> Path:
    """As a phone takes it: with the place and the model of the camera."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Pocket 9"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (55.0, 36.0, 21.0)
    path = folder / "lastcykel.jpg"
    Image.new("RGB", (1600, 1200), (90, 130, 110)).save(path, exif=exif)
    with Image.open(path) as kept:
        assert kept.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    return path


def assert_no_place_is_left(page: Page, source: str) -> None:
    sent = page.request.get(source)
    assert sent.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(sent.body())) as picture:
        assert dict(picture.getexif()) == {}


def coordinator_translates(journey: Journey, address: str) -> str:
    page = journey.signed_in("coordinator")
    page.goto(f"{address}translations/")
    page.select_option("#begin [name=language]", OTHER[journey.language])
    fill(page, title=TITLE[OTHER[journey.language]])
    page.click("#begin button.primary")
    page.wait_for_url(re.compile(r"/edit/$"))
    fill(page, **FIRST[OTHER[journey.language]] | {"setback": TRANSLATED})
    journey.picture(page, "translating-beside-the-original")
    page.click("main button[value=publish]")
    page.wait_for_url(re.compile(r"/knowledge/(?!new/)[^/]+/$"))
    page.get_by_text(TRANSLATED).first.wait_for()
    assert page.locator(f"main a[href*='{address}compare/']").count() == 0
    journey.picture(page, "translated")
    path = urllib.parse.urlsplit(page.url).path
    page.context.close()
    return path


def researcher_cites_and_annotates(journey: Journey, address: str) -> str:
    page = journey.signed_in("researcher")
    page.goto(address)
    page.click("main a[href$='/v/1/#cite']")
    apa = page.locator("#cite-apa").inner_text()
    cited = re.search(r"https?://\S+/v/1/", apa)
    assert cited is not None, apa
    journey.picture(page, "citation-of-version-1")
    for _section, quote in NOTED[journey.language][:2]:
        page.goto(address)
        assert page.evaluate(SELECT, quote)
        page.locator("[data-passage-offer]:not([hidden]) a").wait_for()
        if quote == NOTED[journey.language][0][1]:
            journey.picture(page, "passage-selected")
        # A press beside the words would take the selection away; the keyboard leaves it.
        page.locator("[data-passage-offer] a").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/notes/new/**")
        assert page.input_value("#id_quote") == quote
        write_note(page, quote)
    page.context.close()
    without_scripts(journey, address)
    return cited[0]


def without_scripts(journey: Journey, address: str) -> None:
    """The third note, by its paragraph's own link."""
    section, quote = NOTED[journey.language][2]
    page = journey.signed_in("researcher", java_script_enabled=False)
    page.goto(address)
    page.locator(f"#{section} a.passage-add").first.click()
    page.fill("#id_quote", quote)
    journey.picture(page, "note-without-scripts")
    write_note(page, quote)
    page.goto(address)
    assert sorted(page.locator("mark.passage").all_inner_texts()) == sorted(
        quote for _section, quote in NOTED[journey.language]
    )
    journey.picture(page, "three-notes")
    page.context.close()


def write_note(page: Page, quote: str) -> None:
    page.fill("#id_body", f"Hur vet ni? How do you know? ({quote[:12]})")
    page.click("main form.form button.primary")
    page.wait_for_url(re.compile(r"/knowledge/[^/]+/(#comment-\d+)?$"))


def author_edits_twice(journey: Journey, address: str) -> None:
    page = journey.signed_in("staff.malmo")
    edits = (("tried", SECOND, "Bakgrund. Background."), ("setback", THIRD, "Lärdom. Lesson."))
    for number, (section, text, change) in enumerate(edits, 2):
        page.goto(f"{address}edit/")
        fill(page, **{section: text[journey.language]}, change=change)
        page.click("main button[value=publish]")
        page.wait_for_url(re.compile(address + "$"))
        assert page.locator(f"main a[href$='/v/{number}/#cite']").count() == 1
    journey.picture(page, "edited-twice")
    page.context.close()


def two_notes_sit_and_the_third_is_listed(journey: Journey, address: str) -> None:
    page = journey.signed_in("researcher")
    page.goto(address)
    *sitting, (_section, gone) = NOTED[journey.language]
    marks = page.locator("mark.passage")
    assert marks.all_inner_texts() == [quote for _section, quote in sitting]
    for mark in marks.all():
        assert mark.locator("xpath=ancestor::section").get_attribute("id") == "tried"
    detached = page.locator("#detached li.comment")
    assert detached.count() == 1
    assert detached.locator("blockquote.quoted").inner_text() == gone
    journey.picture(page, "two-sit-one-detached")
    detached.locator("a[href*='/compare/']").click()
    page.wait_for_url("**/compare/**")
    assert gone.split()[-1].strip(".") in " ".join(page.locator("main del").all_inner_texts())
    journey.picture(page, "what-became-of-the-passage")
    page.context.close()


def second_city_adapts_it(journey: Journey, address: str) -> None:
    lund = journey.signed_in("lead.lund")
    journey.sink.messages.clear()
    tell(lund, address, "adapt", "Två stadsdelar, hyrda cyklar. Two districts, hired bikes.")
    journey.picture(lund, "second-city-adapts")
    author, title = "staff.malmo@example.org", TITLE[journey.language]
    until(
        lambda: any(title in m.subject + text_of(m) for m in journey.sink.to(author)),
        "the author hears of it",
    )
    page = journey.signed_in("staff.malmo")
    page.goto(f"{address}reuse/")
    page.click("main button[name=answer][value=confirmed]")
    page.wait_for_load_state()
    assert page.locator("main button[name=answer]").count() == 0
    journey.picture(page, "source-city-confirms")
    page.context.close()
    tell(lund, address, "reuse", "Samma sak i hela staden. The same in the whole city.", OUTCOME)
    lund.get_by_text(OUTCOME).first.wait_for()
    assert lund.locator("main ol.steps > li").count() == 2
    journey.picture(lund, "outcome-reported")
    lund.context.close()


def tell(page: Page, address: str, stage: str, text: str, outcome: str = "") -> None:
    page.goto(address)
    page.click("main a[href$='/reuse/#tell']")
    page.check(f"#tell [name=stage][value={stage}]")
    fill(page, text=text, outcome=outcome)
    page.click("#tell button.primary")
    page.wait_for_url(re.compile(r"/reuse/#reuse-\d+$"))


def map_and_table_show_the_flow(journey: Journey) -> None:
    page = journey.visitor()
    page.goto("/knowledge/flow/?domain=mobility&stage=reuse&city=lund")
    row = page.locator("#flow tbody tr, table tbody tr").filter(has_text=TITLE[journey.language])
    assert row.count() == 1
    assert row.locator("td").all_inner_texts()[:2] == ["Malmö", "Lund"]
    arcs = page.locator("main svg.map path.map-arc")
    assert arcs.count() == 1
    drawn = page.locator("main svg.map").text_content() or ""
    assert "Malmö" in drawn
    assert "Lund" in drawn
    journey.picture(page, "flow-map-and-table")
    href = page.locator("main a[href*='flow.csv']").get_attribute("href")
    sheet = page.request.get(href or "").text().removeprefix("\ufeff")
    lines = list(csv.reader(io.StringIO(sheet), delimiter=";" if ";" in sheet[:60] else ","))
    assert [OUTCOME in line for line in lines].count(True) == 1
    page.context.close()


def translation_says_why_it_is_outdated(journey: Journey, translation: str) -> None:
    page = journey.visitor()
    page.goto(translation)
    journey.picture(page, "translation-outdated")
    page.click("main a[href*='/compare/?from=1&to=3']")
    page.wait_for_url("**/compare/**")
    added = " ".join(page.locator("main ins").all_inner_texts())
    for word in THIRD[journey.language].split()[-3:]:
        assert word.strip(".") in added
    journey.picture(page, "why-it-is-outdated")
    page.context.close()


def citation_opens_the_first_version(journey: Journey, cited: str) -> None:
    page = journey.visitor()
    answer = page.goto(cited)
    assert answer is not None
    assert answer.status == 200
    words = page.locator("main").inner_text()
    assert FIRST[journey.language]["setback"] in words
    assert THIRD[journey.language] not in words
    journey.picture(page, "version-1-as-cited")
    page.context.close()
