import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cities.models import City, Membership, Wish
from hub import access, samples
from hub.models import Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample_hub(db: None, settings: Any, tmp_path: Path) -> Path:
    settings.SAMPLE_HUB = True
    settings.VAR_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


@pytest.fixture
def loaded(sample_hub: Path, django_capture_on_commit_callbacks: Any) -> Path:
    with django_capture_on_commit_callbacks(execute=True):
        samples.load()
    return sample_hub


def test_real_hub_refuses_samples(db: None, settings: Any) -> None:
    settings.SAMPLE_HUB = False
    with pytest.raises(CommandError, match="Set SAMPLE_HUB=1"):
        call_command("sample", "load")
    assert not User.objects.exists()


def test_accounts_are_written_for_the_owner_only(loaded: Path) -> None:
    path = loaded / "sample-accounts.json"
    assert path.stat().st_mode & 0o777 == 0o600
    written = json.loads(path.read_text(encoding="utf-8"))
    assert sorted(written) == [
        "admin@example.org",
        "coordinator@example.org",
        "lead.lund@example.org",
        "researcher@example.org",
        "reviewer@example.org",
        "staff.malmo@example.org",
    ]
    assert all(User.objects.get(email=e).check_password(p) for e, p in written.items())


def test_loading_again_keeps_the_passwords(loaded: Path) -> None:
    path = loaded / "sample-accounts.json"
    before, people = path.read_text(encoding="utf-8"), User.objects.count()
    samples.load()
    assert path.read_text(encoding="utf-8") == before
    assert (User.objects.count(), Wish.objects.count()) == (people, 11)


def test_roles_give_their_keys(loaded: Path) -> None:
    lead = samples.person("lead.lund")
    lund = City.objects.get(slug="lund")
    assert access.holds(lead, f"city:{lund.pk}:lead")
    assert access.ids_of(samples.person("coordinator"), "programme", "coordinator") != []
    assert len(access.ids_of(samples.person("coordinator"), "programme", "coordinator")) == 2
    assert access.holds(samples.person("admin"), access.ADMIN)
    assert lead.emailaddress_set.get().verified


def test_removing_leaves_the_facts_and_real_people(loaded: Path) -> None:
    real = User.objects.create_user("real@city.example", name="Real")
    lund = City.objects.get(slug="lund")
    kept = Wish.objects.create(city=lund, kind="seeks", text="A real need", stated_by=real)
    samples.remove()
    assert list(User.objects.all()) == [real]
    assert list(Wish.objects.all()) == [kept]
    assert (Membership.objects.count(), Event.objects.count()) == (0, 0)
    assert City.objects.count() == 71


def test_an_address_in_real_use_stops_everything(sample_hub: Path) -> None:
    User.objects.create_user("coordinator@example.org", name="Real")
    with pytest.raises(samples.Refused, match="real account"):
        samples.load()
    assert User.objects.count() == 1
    assert not City.objects.exists()
