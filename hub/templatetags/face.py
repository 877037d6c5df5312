"""Tags that draw the components of docs/components.md from their templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.core.paginator import Page
from django.forms.utils import flatatt
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from hub.face import dates, marks
from hub.face import filters as drawn_filters
from hub.face.years import YearMark, years_of

register = template.Library()

DOMAINS = frozenset(["buildings", "energy", "mobility", "waste", "industry", "land", "consumption"])


# Small pieces stand on a page by the dozen and say the same thing each time:
# drawn once per process, they cost a look-up instead of a template.
@lru_cache(maxsize=4096)
def _drawn(template_name: str, /, **values: object) -> SafeString:
    return SafeString(render_to_string(f"components/{template_name}.html", values).strip())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    return _drawn("icon", name=name, label=str(label))


@register.simple_tag
def city_mark(name: str, size: str = "normal") -> SafeString:
    return _drawn("city_mark", mark=marks.city_mark(name), size=size)


@register.simple_tag
def avatar(name: str) -> SafeString:
    words = [word for word in str(name).replace("@", " ").split() if word[0].isalnum()]
    initials = (words[0][0] + words[-1][0] if len(words) > 1 else str(name)[:1]).upper()
    return _drawn("avatar", initials=initials, hue=marks.city_mark(str(name)).hue)


@register.simple_tag
def state(tone: str, label: str) -> SafeString:
    return _drawn("state", tone=tone, label=str(label))


@register.simple_tag
def domain_tag(code: str, name: str) -> SafeString:
    kind = code if code in DOMAINS else "other"
    return _drawn("domain_tag", kind=kind, name=str(name))


@register.simple_tag
def crumb(url: str, label: str) -> SafeString:
    return _drawn("crumb", url=url, label=str(label))


@register.simple_tag
def date_block(when: dt.date | dt.datetime, zone: str = "") -> SafeString:
    # A date, since templates turn a moment back into the reader's zone.
    day = dates.in_zone(when, zone).date() if isinstance(when, dt.datetime) else when
    return _drawn("date_block", when=day, lang=get_language())


@register.simple_tag
def time_range(start: dt.datetime, end: dt.datetime, zone: str = "") -> SafeString:
    return _time_range(start, end, zone or dates.reader_zone(), get_language())


@lru_cache(maxsize=4096)
def _time_range(start: dt.datetime, end: dt.datetime, zone: str, lang: str) -> SafeString:
    machine = dates.in_zone(start, zone).isoformat()
    return _drawn("time", machine=machine, text=dates.date_range(start, end, zone))


@register.simple_tag
def deadline(when: dt.datetime, zone: str) -> SafeString:
    machine = dates.in_zone(when, zone).isoformat()
    return _drawn("time", machine=machine, text=dates.deadline(when, zone))


@register.simple_tag
def day_range(first: dt.date, last: dt.date) -> SafeString:
    return _day_range(first, last, get_language())


@lru_cache(maxsize=1024)
def _day_range(first: dt.date, last: dt.date, lang: str) -> SafeString:
    return _drawn("time", machine=first.isoformat(), text=dates.day_range(first, last))


@register.simple_tag
def moment(when: dt.datetime) -> SafeString:
    local = dates.in_zone(when)
    return _drawn("time", machine=local.isoformat(), text=dates.moment(local))


@register.inclusion_tag("components/seat_bar.html")
def seat_bar(taken: int, capacity: int | None, label: str = "") -> dict[str, object]:
    share = min(100, round(taken / capacity * 100)) if capacity else 0
    return {
        "taken": taken,
        "capacity": capacity,
        "free": max(0, capacity - taken) if capacity is not None else None,
        "label": label,
        "share": share,
    }


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(done: int, total: int, label: str) -> dict[str, object]:
    return {"done": done, "total": total, "label": label}


@register.simple_block_tag
def notice(content: str, tone: str, title: str = "") -> SafeString:
    values = {"content": content, "tone": tone, "title": title}
    return render_to_string("components/notice.html", values)


@register.simple_block_tag
def nothing_yet(content: str, title: str, icon_name: str = "") -> SafeString:
    values = {"content": content, "title": title, "icon_name": icon_name}
    return render_to_string("components/nothing_yet.html", values)


@register.simple_block_tag
def table(
    content: str, table_id: str, caption: str, hide_caption: bool = False, stacks: bool = False
) -> SafeString:
    """`stacks`: on a phone each row is a card, whose cells bring their label in `data-label`."""
    values = {
        "content": content,
        "table_id": table_id,
        "caption": caption,
        "hide_caption": hide_caption,
        "stacks": stacks,
    }
    return render_to_string("components/table.html", values)


@register.simple_block_tag
def margin_column(content: str) -> SafeString:
    """The margin, or nothing at all when the page put nothing there."""
    if not content.strip():
        return SafeString("")
    return render_to_string("components/margin_column.html", {"content": content})


@register.simple_block_tag
def trail(content: str) -> SafeString:
    if not content.strip():
        return SafeString("")
    return render_to_string("components/trail.html", {"content": content})


@register.simple_tag
def options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select in one go: a list of cities has hundreds."""
    parts = []
    for name, choices, _ in groups:
        drawn = "".join(map(_option, choices))
        label = escape(str(name))
        parts.append(f'<optgroup label="{label}">{drawn}</optgroup>' if name else drawn)
    return SafeString("".join(parts))


def _option(choice: dict[str, Any]) -> str:
    value, label = escape(str(choice["value"])), escape(str(choice["label"]))
    attributes = flatatt(choice["attrs"]) if choice["attrs"] else ""
    return f'<option value="{value}"{attributes}>{label}</option>'


@register.inclusion_tag("components/sort_heading.html", takes_context=True)
def sort_heading(
    context: Context, key: str, label: str, numeric: bool = False
) -> dict[str, object]:
    query = context["request"].GET.copy()
    current = query.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    query["sort"] = f"-{key}" if current == key else key
    query.pop("page", None)
    return {
        "url": f"?{query.urlencode()}",
        "label": label,
        "direction": direction,
        "numeric": numeric,
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, object]:
    return {"page": page}


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(context: Context, form: forms.Form) -> dict[str, object]:
    """A list's filters; what the form carries unseen (the words looked for) outlives "Clear"."""
    given = context["request"].GET
    kept = {field.html_name: given.get(field.html_name, "") for field in form.hidden_fields()}
    query = urlencode({name: value for name, value in kept.items() if value})
    return {
        "form": form,
        "is_used": any(given.get(field.html_name) for field in form.visible_fields()),
        "clear_url": f"{context['request'].path}?{query}" if query else context["request"].path,
    }


@register.simple_tag
def filter_fields(form: forms.Form) -> SafeString:
    return drawn_filters.drawn(form)


@register.inclusion_tag("components/year_line.html")
def year_line(marks: Iterable[YearMark]) -> dict[str, object]:
    return {"years": years_of(marks)}


@register.inclusion_tag("components/section_nav.html")
def section_nav(items: Sequence[dict[str, object]], label: str) -> dict[str, object]:
    return {"items": items, "label": label}


@register.inclusion_tag("components/error_summary.html")
def error_summary(
    form: forms.BaseForm, rows: forms.BaseFormSet[Any] | None = None
) -> dict[str, object]:
    """What is to be corrected in a form, and in the numbered rows that stand in it."""
    return {"form": form, "rows": rows, "is_shown": bool(form.errors or _error_count(rows))}


def _error_count(rows: forms.BaseFormSet[Any] | None) -> int:
    return rows.total_error_count() if rows is not None and rows.is_bound else 0


@register.simple_tag
def copy_button(target: str, label: str) -> SafeString:
    return _drawn("copy_button", target=target, label=str(label), lang=get_language())


@register.inclusion_tag("components/diff.html")
def diff(parts: Iterable[dict[str, str]]) -> dict[str, object]:
    return {"parts": parts}


@register.inclusion_tag("components/file_link.html")
def file_link(url: str, name: str, kind: str, size: int) -> dict[str, object]:
    return {"url": url, "name": name, "kind": kind, "size": size}


@register.simple_block_tag
def mail_button(content: str) -> SafeString:
    """A mail's one button, from "address|||label"; nothing without an address."""
    url, _, label = content.partition("|||")
    if not url.strip():
        return SafeString("")
    return render_to_string("mail/button.html", {"url": url.strip(), "label": label.strip()})


@register.inclusion_tag("components/autosave_state.html")
def autosave_state() -> dict[str, object]:
    return {}


@register.simple_tag
def use_htmx() -> SafeString:
    return _drawn("use_htmx")


@register.simple_tag
def use_script(name: str) -> SafeString:
    return _drawn("use_script", path=f"js/{name}.js")
