"""The migrations are whole, and a database from the future is refused."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.migrations.recorder import MigrationRecorder

from hub.management.commands.prepare import refuse_newer_database


@pytest.mark.django_db
def test_models_need_no_further_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_database_of_later_code_is_refused() -> None:
    refuse_newer_database()
    MigrationRecorder.Migration.objects.create(app="hub", name="9999_from_the_future")
    with pytest.raises(CommandError) as refused:
        refuse_newer_database()
    assert str(refused.value) == (
        "This database was made by a newer version of the hub (it has hub 9999_from_the_future, "
        "which this version does not know): update the code, or restore a backup of this version."
    )


@pytest.mark.django_db
def test_migrations_of_a_removed_app_do_no_harm() -> None:
    MigrationRecorder.Migration.objects.create(app="gone", name="0001_initial")
    refuse_newer_database()
