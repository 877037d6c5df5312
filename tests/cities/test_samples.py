import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cities.enums import WishKind
from cities.models import City, Membership, Wish
from cities.needs import actions as needs
from hub import access, samples
from hub.models import Event, Report, SearchDocument, User
from hub.moderation import actions as moderation
from hub.moderation import registry
from knowledge.actions import articles, comments
from knowledge.actions.articles import Entry
from knowledge.answers import actions as answers

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


def test_what_sample_people_did_to_real_things_goes_with_them(loaded: Path) -> None:
    """Reports, decisions, answers and closed needs: none of them keeps the people back."""
    real = User.objects.create_user("real@city.example", name="Real")
    lund, lead = City.objects.get(slug="lund"), samples.person("lead.lund")
    kept = needs.state(city=lund, kind=WishKind.SEEKS, text="A real need", domains=[], by=real)
    needs.close(wish=kept, by=lead)
    entry = Entry(
        title="A real text", fields={"tried": "Two."}, language="sv", visibility="public", city=lund
    )
    text = articles.create(by=real, kind="experience", entry=entry, publish=True)
    said = comments.add(by=real, article=text, body="A real word")
    for subject, reason in ((said.subject, "Rude"), (text.subject, "Wrong")):
        thing = registry.find(samples.person("staff.malmo"), subject)
        assert thing is not None
        report = moderation.report(
            by=samples.person("staff.malmo"),
            subject=subject,
            thing=thing,
            kind="other",
            why="It is",
        )
        moderation.decide(by=samples.person("admin"), report=report, upheld=True, reason=reason)
    open_need = needs.state(city=lund, kind=WishKind.SEEKS, text="Another", domains=[], by=real)
    answers.give(by=lead, wish=open_need, text="A sample word")
    samples.remove()
    assert list(User.objects.all()) == [real]
    text.refresh_from_db()
    said.refresh_from_db()
    kept.refresh_from_db()
    open_need.refresh_from_db()
    assert (text.removed_at, said.removed_at, Report.objects.count()) == (None, None, 0)
    assert (kept.is_open, open_need.answered_at) == (True, None)
    found = set(
        SearchDocument.objects.filter(kind__in=["need", "article"]).values_list("pk", flat=True)
    )
    assert found == {kept.subject, open_need.subject, text.subject}
    assert "public" in SearchDocument.objects.get(pk=text.subject).audience


def test_an_address_in_real_use_stops_everything(sample_hub: Path) -> None:
    User.objects.create_user("coordinator@example.org", name="Real")
    with pytest.raises(samples.Refused, match="real account"):
        samples.load()
    assert User.objects.count() == 1
    assert not City.objects.exists()
