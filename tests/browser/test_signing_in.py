"""Passkeys as people use them: added in the settings, then the only thing needed to get in."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page

from tests.browser.conftest import Stage

#: Of everybody in the cast (tests/conftest.py).
PASSWORD = "correct horse battery"

pytestmark = pytest.mark.browser


def plug_in(page: Page) -> None:
    """A phone that answers by itself, as the browser's own test authenticator does."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/accounts/2fa/webauthn/add/")
    page.fill("[name=name]", "Phone")
    page.check("[name=passwordless]")
    page.locator("main form button").first.click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")


def test_a_coordinator_adds_a_passkey_and_gets_in_with_it(stage: Stage) -> None:
    carol = stage.world.cast.carol
    with stage.site.own_database():
        Authenticator.objects.filter(user=carol).delete()
        EmailAddress.objects.create(user=carol, email=carol.email, verified=True, primary=True)
    # Browsers give passkeys to names only, never to 127.0.0.1.
    url = stage.site.url.replace("127.0.0.1", "localhost")
    context = stage.browser.new_context(base_url=url)
    context.set_default_timeout(15_000)
    page = context.new_page()
    problems: list[Any] = []
    page.on("pageerror", lambda error: problems.append(error))  # noqa: PLW0108 - Playwright cannot inspect a built-in
    plug_in(page)
    try:
        sign_in(page, carol.email)
        page.goto("/desk/")
        assert page.url == f"{url}/settings/second-factor/"

        add_passkey(page)
        page.goto("/desk/")
        assert page.url == f"{url}/desk/"

        context.clear_cookies()
        page.goto("/accounts/login/")
        page.locator("#passkey_login").click()
        page.wait_for_url(f"{url}/")
        page.goto("/desk/")
        assert page.url == f"{url}/desk/"
        assert problems == []
    finally:
        context.close()
        stage.reset()
