import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0003_knowledge_areas_in_atlas"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="wish",
            name="answered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="wish",
            name="asked",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="questions",
                to="cities.city",
                verbose_name="asked city",
            ),
        ),
        migrations.AddIndex(
            model_name="wish",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["kind", "-stated_at", "-id"],
                name="wish_newest_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked__isnull", True),
                    models.Q(
                        ("kind", "seeks"), models.Q(("asked", models.F("city")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="wish_asks_another_city",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True), ("kind", "seeks"), _connector="OR"
                ),
                name="wish_only_needs_are_answered",
            ),
        ),
    ]
