"""Addresses on the web as people type them."""

import pytest
from django import forms

from hub.forms.addresses import WebAddress


class AddressForm(forms.Form):
    link = WebAddress(max_length=60, required=False)


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("www.example.org/x", "https://www.example.org/x"),
        ("  example.org  ", "https://example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("example.org:8080/x?a=b:c", "https://example.org:8080/x?a=b:c"),
        ("http://example.org/", "http://example.org/"),
        ("https://malmö.se/åka", "https://malmö.se/åka"),
        ("", ""),
    ],
)
def test_an_address_without_a_scheme_is_https(typed: str, taken: str) -> None:
    form = AddressForm({"link": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"link": taken}


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org/x",
        "mailto:carol@example.org",
        "data:text/html,x",
        "not an address",
        "https://",
    ],
)
def test_other_schemes_are_refused(typed: str) -> None:
    form = AddressForm({"link": typed})
    assert form.errors == {"link": ["Write a whole address, like https://…"]}


def test_the_browser_refuses_nothing_of_its_own() -> None:
    drawn = str(AddressForm()["link"])
    assert 'type="text"' in drawn
    assert 'inputmode="url"' in drawn
