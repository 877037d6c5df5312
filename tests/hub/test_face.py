"""The face: what the components render, that errors lead to fields, what the tokens measure."""

import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import brotli
import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from hub.adapters import AccountAdapter
from hub.face import dates, marks
from hub.face.samples import SampleForm, icon_names
from hub.face.years import years_of
from tests.conftest import Cast

STATIC = Path(settings.BASE_DIR) / "static"
CSS = (STATIC / "css/hub.css").read_text()
START = dt.datetime(2027, 3, 9, 12, tzinfo=dt.UTC)


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [a["id"] or "" for _, a in self.found if "id" in a]

    def first(self, tag: str, **attrs: str) -> dict[str, str | None]:
        return next(
            a for t, a in self.found if t == tag and all(a.get(k) == v for k, v in attrs.items())
        )


def draw(source: str, path: str = "/", **context: Any) -> str:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    context["request"] = request
    return Template("{% load i18n face %}" + source).render(RequestContext(request, context))


def token(name: str, theme: str = "light") -> str:
    """The value of a token in the light set, or in the explicit dark set."""
    start = ":root {" if theme == "light" else ':root[data-theme="dark"] {'
    block = CSS[CSS.index(start) :]
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}})", block[: block.index("\n  }")])
    assert found, name
    return found[1]


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# Tokens ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theme", "name", "figure"),
    [
        ("light", "ink", 15.8), ("light", "muted", 6.3), ("light", "accent", 7.5),
        ("light", "second", 5.6), ("light", "danger", 7.1), ("light", "done", 6.3),
        ("light", "focus", 6.1),
        ("dark", "ink", 15.1), ("dark", "muted", 7.9), ("dark", "accent", 9.1),
        ("dark", "second", 8.4), ("dark", "focus", 9.9),
    ],
)  # fmt: skip
def test_tokens_have_the_contrast_the_art_direction_states(theme, name, figure):
    assert round(contrast(token(name, theme), token("ground", theme)), 1) == figure


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "raised", "sunken"])
def test_text_tokens_reach_aa_on_every_ground(theme, ground):
    for name in ("ink", "muted", "accent", "accent-pressed", "second", "danger", "done"):
        assert contrast(token(name, theme), token(ground, theme)) >= 4.5, name


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tone", ["accent", "second", "danger", "done"])
def test_washes_carry_ink_and_their_own_tone(theme, tone):
    wash = token(f"{tone}-wash", theme)
    assert contrast(token("ink", theme), wash) >= 7
    assert contrast(token(tone, theme), wash) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_buttons_edges_and_glyphs_can_be_seen(theme):
    assert contrast(token("on-accent", theme), token("accent", theme)) >= 4.5
    assert contrast(token("on-accent", theme), token("accent-pressed", theme)) >= 4.5
    assert contrast(token("on-danger", theme), token("danger", theme)) >= 4.5
    for ground in ("ground", "raised"):
        assert contrast(token("edge", theme), token(ground, theme)) >= 3
        assert contrast(token("focus", theme), token(ground, theme)) >= 3
    domains = ["buildings", "energy", "mobility", "waste", "industry", "land", "consumption"]
    for name in domains:
        assert contrast(token(f"domain-{name}", theme), token("ground", theme)) >= 4.2, name


def test_dark_is_the_same_set_by_wish_of_device_and_of_reader():
    device = CSS[CSS.index(':root:not([data-theme="light"]) {') :]
    reader = CSS[CSS.index(':root[data-theme="dark"] {') :]
    pairs = re.compile(r"--[a-z0-9-]+: [^;]+;")
    assert pairs.findall(device[: device.index("}\n")]) == pairs.findall(
        reader[: reader.index("}\n")]
    )


def test_no_colour_is_written_outside_the_tokens():
    rest = CSS[CSS.index("/* Base ---") : CSS.index("@media print")]
    assert re.findall(r"#[0-9a-f]{3,8}\b", rest) == []


def test_css_and_js_stay_within_the_budget():
    sheets = list((STATIC / "css").glob("*.css"))
    assert len(sheets) <= 2
    assert sum(len(brotli.compress(sheet.read_bytes())) for sheet in sheets) <= 15 * 1024
    own = b"".join(script.read_bytes() for script in (STATIC / "js").glob("*.js"))
    assert len(brotli.compress(own)) <= 6 * 1024


# Marks, dates, years ---------------------------------------------------------


def test_city_mark_is_the_same_for_ever():
    assert marks.city_mark("Malmö") == marks.city_mark("  malmö ")
    assert marks.city_mark("Malmö").hue == 2
    assert marks.city_mark("Malmö") != marks.city_mark("Malmo")


def test_city_marks_differ_between_the_cities():
    names = ["Lund", "Malmö", "Helsingborg", "Höganäs", "Höör", "Landskrona", "Lomma", "Leuven"]
    drawn = {(m.deep, m.light) for m in map(marks.city_mark, names)}
    assert len(drawn) == len(names)


def test_city_mark_is_decoration_without_inline_style():
    html = draw("{% city_mark 'Lund' 'large' %}")
    svg = Elements(html).first("svg")
    assert svg["aria-hidden"] == "true"
    assert svg["class"] == f"mark mark-{marks.city_mark('Lund').hue} mark-large"
    assert "style" not in html


def test_range_is_written_in_the_zone_of_the_event():
    end = START + dt.timedelta(hours=3)
    with timezone.override("Europe/Lisbon"):
        text = dates.date_range(START, end, "Europe/Stockholm")
        assert text == "Tue 9 March 2027, 13:00–16:00, Stockholm"
        assert dates.date_range(START, end) == "Tue 9 March 2027, 12:00–15:00, Lisbon"


def test_range_over_midnight_names_both_days():
    text = dates.date_range(START, START + dt.timedelta(hours=20), "Europe/Stockholm")
    assert text == "Tue 9 March 2027, 13:00 – Wed 10 March 2027, 09:00, Stockholm"


def test_date_block_takes_the_day_of_the_zone():
    late = dt.datetime(2027, 3, 9, 23, 30, tzinfo=dt.UTC)
    html = draw("{% date_block when 'Europe/Stockholm' %}", when=late)
    assert Elements(html).first("time")["datetime"] == "2027-03-10"
    assert '<span class="date-day">10</span>' in html


def test_year_line_shows_empty_years_and_places_its_dots():
    def mark(date: dt.date) -> Any:
        return {"date": date, "label": "Lab", "url": "", "state": "past"}

    years = years_of([mark(dt.date(2027, 7, 2)), mark(dt.date(2025, 12, 31))])
    assert [(year.number, len(year.marks)) for year in years] == [(2025, 1), (2026, 0), (2027, 1)]
    assert years[0].marks[0].x == "100.0%"
    assert years[2].marks[0].x == "50.1%"
    assert years_of([]) == []


# Components ------------------------------------------------------------------


def test_icon_is_hidden_unless_it_has_words():
    assert Elements(draw("{% icon 'clock' %}")).first("svg")["aria-hidden"] == "true"
    named = Elements(draw("{% icon 'clock' 'Time' %}")).first("svg")
    assert (named["role"], named["aria-label"]) == ("img", "Time")


def test_every_icon_a_template_names_is_in_the_sprite():
    named = set()
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        source = template.read_text()
        named |= set(re.findall(r'{% icon "([\w-]+)"', source))
        named |= set(re.findall(r'{% nothing_yet .+? "([\w-]+)" %}', source))
    assert named - set(icon_names()) == set()
    assert "clock" in icon_names()


def test_seat_bar_says_in_words_what_it_draws():
    html = draw("{% seat_bar 18 24 'on site' %}")
    assert "18 of 24 seats taken" in html
    assert "6 left" in html
    assert Elements(html).first("rect", **{"class": "bar-fill"})["width"] == "75%"
    full = draw("{% seat_bar 30 24 %}")
    assert "full" in full
    assert Elements(full).first("rect", **{"class": "bar-fill"})["width"] == "100%"
    assert Elements(draw("{% seat_bar 3 none %}", none=None)).found[0][0] == "div"
    assert "<svg" not in draw("{% seat_bar 3 none %}", none=None)


def test_table_scrolls_and_is_named_by_its_caption():
    html = draw(
        "{% table 'cities' caption %}<tbody><tr><td>Lund</td></tr></tbody>{% endtable %}",
        caption="Cities <3",
    )
    region = Elements(html).first("div")
    assert (region["role"], region["tabindex"]) == ("region", "0")
    assert region["aria-labelledby"] == Elements(html).first("caption")["id"]
    assert "Cities &lt;3" in html
    assert "<td>Lund</td>" in html
    assert Elements(html).first("table")["class"] == "table"


def test_a_table_of_people_stacks_on_a_phone():
    html = draw("{% table 'people' 'People' stacks=True %}<tbody></tbody>{% endtable %}")
    assert Elements(html).first("table")["class"] == "table stacks"


def test_block_tags_escape_values_but_not_markup():
    html = draw(
        "{% notice 'info' title %}<p>{{ text }}</p>{% endnotice %}", title="<b>", text="<i>"
    )
    assert "&lt;b&gt;" in html
    assert "<p>&lt;i&gt;</p>" in html


def test_sort_heading_turns_around_and_forgets_the_page():
    rising = Elements(draw("{% sort_heading 'name' 'City' %}", "/?sort=name&page=3&q=a"))
    assert rising.first("th")["aria-sort"] == "ascending"
    assert rising.first("a")["href"] == "?sort=-name&q=a"
    other = Elements(draw("{% sort_heading 'name' 'City' %}", "/?sort=-people"))
    assert "aria-sort" not in other.first("th")
    assert other.first("a")["href"] == "?sort=name"


def test_pagination_keeps_the_filters_and_is_silent_on_one_page():
    page = Paginator(range(60), 20).page(2)
    html = draw("{% pagination page %}", "/?country=se", page=page)
    assert Elements(html).first("a", rel="next")["href"] == "?country=se&page=3"
    assert "Page 2 of 3" in re.sub(r"\s+", " ", html)
    assert draw("{% pagination page %}", page=Paginator(range(5), 20).page(1)).strip() == ""


def test_filters_offer_clear_only_when_used():
    class Filter(forms.Form):
        q = forms.CharField(required=False)

    source = "{% filters form %}"
    assert "Clear" not in draw(source, "/cities/?page=2", form=Filter())
    used = draw(source, "/cities/?q=lund", form=Filter({"q": "lund"}))
    assert Elements(used).first("a")["href"] == "/cities/"


def test_diff_tells_added_from_removed_in_words():
    html = draw(
        "{% diff parts %}",
        parts=[{"op": "delete", "text": "<b>"}, {"op": "insert", "text": "new"}],
    )
    assert re.search(r"<del>.*\[removed:\].*&lt;b&gt;.*</del>", html)
    assert re.search(r"<ins>.*\[added:\].*new.*</ins>", html)


def test_unknown_domain_gets_a_plain_glyph():
    assert "#domain-energy" in draw("{% domain_tag 'energy' 'Energy' %}")
    assert "#domain-other" in draw("{% domain_tag 'water\"' 'Water' %}")


def test_copy_button_speaks_the_language_of_each_reader():
    english = draw("{% copy_button 'a' 'Copy' %}")
    with translation.override("sv"):
        swedish = draw("{% copy_button 'a' 'Copy' %}")
    assert 'data-copied="Copied"' in english
    assert 'data-copied="Kopierat"' in swedish


def test_empty_margin_and_trail_leave_nothing_behind():
    assert draw("{% margin_column %} \n {% endmargin_column %}") == ""
    assert draw("{% trail %}{% endtrail %}") == ""
    assert "<aside" in draw("{% margin_column %}<p>x</p>{% endmargin_column %}")


# Forms -----------------------------------------------------------------------


def wrong() -> tuple[SampleForm, Elements]:
    form = SampleForm({"theme": "x" * 70, "seats": "0"})
    form.add_error(None, "Both at once is not possible.")
    return form, Elements(str(form))


def test_error_summary_links_every_error_to_a_place_on_the_page():
    form, page = wrong()
    links = [a["href"] for t, a in page.found if t == "a"]
    assert links == ["#id_theme", "#id_day", "#id_seats", "#id_zone", "#id_audience"]
    assert {link[1:] for link in links if link} <= set(page.ids())
    assert "Both at once is not possible." in str(form)


def test_field_is_tied_to_its_help_and_its_error():
    _, page = wrong()
    theme = page.first("input", name="theme")
    assert theme["aria-invalid"] == "true"
    assert theme["aria-describedby"] == "id_theme_helptext id_theme_error"
    assert {"id_theme_helptext", "id_theme_error"} <= set(page.ids())
    assert page.first("label", **{"for": "id_theme"})


def test_group_of_choices_is_a_fieldset_that_names_its_error():
    _, page = wrong()
    described = [a.get("aria-describedby") for t, a in page.found if t == "fieldset"]
    assert "id_audience_error" in described


def test_no_id_stands_twice_in_a_form():
    _, page = wrong()
    assert len(page.ids()) == len(set(page.ids()))


def test_optional_is_said_and_required_is_not_starred():
    html = str(SampleForm())
    assert re.search(r'for="id_summary">Summary <span class="optional">\(optional\)', html)
    assert re.search(r'for="id_theme">Theme</label>', html)
    assert "*" not in html


def test_form_without_errors_has_no_summary():
    html = str(SampleForm())
    assert "data-error-summary" not in html
    assert "aria-invalid" not in html


def test_what_was_typed_is_kept_and_escaped():
    form = SampleForm({"theme": '"><script>' + "x" * 60})
    assert "<script>" not in str(form)
    assert Elements(str(form)).first("input", name="theme")["value"] == '"><script>' + "x" * 60


# Pages -----------------------------------------------------------------------


def test_face_shows_every_icon_to_an_admin_and_nothing_to_others(cast: Cast, client: Client):
    client.force_login(cast.ada)
    response = client.get("/face/")
    assert response.status_code == 200
    html = response.content.decode()
    assert re.findall(r'icons[^"]*\.svg#([\w-]+)"/></svg> [\w-]+</li>', html) == icon_names()
    client.force_login(cast.bob)
    assert client.get("/face/").status_code == 404


def test_pages_hold_no_inline_style_or_script(cast: Cast, client: Client):
    client.force_login(cast.ada)
    for path in ("/face/", "/accessibility/", "/privacy/", "/no-such-page/"):
        page = Elements(client.get(path).content.decode())
        assert [a for _, a in page.found if "style" in a] == []
        assert [
            t for t, a in page.found if t == "style" or (t == "script" and "src" not in a)
        ] == []
        handlers = [name for _, a in page.found for name in a if name.startswith("on")]
        assert handlers == []


def test_first_visit_asks_for_few_files(client: Client, db: None):
    page = Elements(client.get("/privacy/").content.decode())
    files = {a["href"] for t, a in page.found if t == "link"}
    files |= {a["src"] for t, a in page.found if t in ("script", "img")}
    files |= {(a["href"] or "").partition("#")[0] for t, a in page.found if t == "use"}
    assert len(files) <= 7


def test_explicit_theme_stands_on_the_root(client: Client, db: None):
    assert "data-theme" not in Elements(client.get("/privacy/").content.decode()).first("html")
    client.cookies["theme"] = "dark"
    assert Elements(client.get("/privacy/").content.decode()).first("html")["data-theme"] == "dark"
    client.cookies["theme"] = 'x" onload="y'
    assert "data-theme" not in Elements(client.get("/privacy/").content.decode()).first("html")


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Skip to the content"), ("sv", "Hoppa till")]
)
def test_page_says_its_language_and_speaks_it(client: Client, db: None, language, word):
    html = client.get("/privacy/", headers={"accept-language": language}).content.decode()
    assert Elements(html).first("html")["lang"] == language
    assert word in html


def test_500_needs_neither_request_nor_database():
    html = render_to_string("500.html")
    assert "Something went wrong on our side" in html
    assert Elements(html).first("main")["id"] == "content"


def test_statement_holds_what_the_law_asks_for(client: Client, db: None):
    html = client.get("/accessibility/").content.decode()
    parts = ["2018:1937", "partly compliant", "Known shortcomings", "How it was assessed"]
    parts += [f"mailto:{settings.HUB_CONTACT}", "digg.se/tdosanmalan", "2026-11-21"]
    for part in parts:
        assert part in html, part
    assert 'href="/accessibility/"' in client.get("/privacy/").content.decode()


def test_mail_has_a_button_only_with_an_address():
    with_button = Template(
        '{% extends "mail/base.html" %}{% block action_url %}https://h/l/?a=1&b=2{% endblock %}'
        "{% block action_label %}See the Lab{% endblock %}"
    ).render(Context({"hub_name": "Hub", "hub_url": "https://h/"}))
    assert "See the Lab</a>" in with_button
    assert 'href="https://h/l/?a=1' in with_button
    without = Template('{% extends "mail/base.html" %}').render(Context({"hub_name": "Hub"}))
    assert 'class="press"' not in without


def test_sign_in_code_comes_in_the_hubs_own_words():
    context = {"code": "ABC-123", "hub_name": "Hub Syd", "hub_url": "https://hub.example.org/"}
    mail = AccountAdapter().render_mail("account/email/login_code", "bob@example.org", context)
    assert "ABC-123" in mail.body
    assert "Hub Syd: https://hub.example.org/" in mail.body
    assert "Thank you for using" not in mail.body
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    assert Elements(html).first("html")["lang"] == "en"
    assert "ABC-123</p>" in html
