import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("labs", "0015_exchanges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="ballot",
            name="via",
            field=models.CharField(
                choices=[
                    ("site", "on the site"),
                    ("mail", "by the link in a mail"),
                    ("ical", "by their calendar"),
                ],
                max_length=4,
            ),
        ),
        migrations.AlterField(
            model_name="registrationstep",
            name="via",
            field=models.CharField(
                choices=[
                    ("site", "on the site"),
                    ("mail", "by the link in a mail"),
                    ("ical", "by their calendar"),
                ],
                max_length=4,
            ),
        ),
        migrations.CreateModel(
            name="CalendarReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("answer", models.CharField(blank=True, max_length=16)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("done", "taken up"),
                            ("noted", "noted"),
                            ("refused", "changed nothing"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_replies",
                        to="labs.lab",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_replies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["lab", "-received_at"], name="calendar_reply_of_lab")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="calendar_reply_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", False), ("reason", ""), ("result", "done")
                            ),
                            models.Q(
                                ("result__in", ["noted", "refused"]),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="calendar_reply_says_why_not",
                    ),
                ],
            },
        ),
    ]
