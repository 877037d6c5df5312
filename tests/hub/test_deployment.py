"""Production settings as docker-compose.yml sets them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("address", "sound"), [("https://hub.test", True), ("http://hub.test", False)]
)
def test_deployment_check_has_no_warning(address: str, sound: bool) -> None:
    """The control is the same without TLS: the check then warns."""
    # Playwright beside the ORM asks for what no deployment may have.
    inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    env = {
        **inherited,
        "DEBUG": "0",
        "BASE_URL": address,
        "ALLOWED_HOSTS": "hub.test",
        "BEHIND_PROXY": "1",
        "TRUSTED_PROXY_COUNT": "1",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzåäöABCDEFGHIJKLMNOPQRSTUVWXYZ",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == sound, done.stderr
    assert ("security.W" in done.stderr) != sound


def test_every_service_of_compose_waits_for_the_database() -> None:
    yaml = pytest.importorskip("yaml")
    services = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
    ours = {name for name, one in services.items() if one["image"] == "learning-hub:local"}
    assert ours == {"prepare", "web", "worker", "beat"}
    for name in ours - {"prepare"}:
        assert services[name]["depends_on"]["prepare"]["condition"] == (
            "service_completed_successfully"
        )


def test_settings_named_in_the_operations_page_are_the_ones_that_are_read() -> None:
    page = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    source = (CHECKOUT / "hub" / "settings.py").read_text(encoding="utf-8")
    table = page.partition("### Settings")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([A-Z_]+)`", table))
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', source))
    assert {"DATABASE_URL", "SECRET_KEY"} <= read
    assert sorted(read - named) == []
