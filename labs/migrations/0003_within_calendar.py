from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labs", "0002_seats")]

    operations = [
        migrations.AddConstraint(
            "lab",
            models.CheckConstraint(
                name="lab_within_calendar",
                condition=models.Q(
                    starts_at__gte=datetime(1900, 1, 1, tzinfo=UTC),
                    ends_at__lt=datetime(2200, 1, 2, tzinfo=UTC),
                ),
            ),
        ),
    ]
