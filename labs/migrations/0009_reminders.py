from django.db import migrations, models

KINDS = [
    ("before", "before, to the registered"),
    ("unanswered", "before, to the invited who have not answered"),
    ("after", "after, to those who had a seat"),
]


class Migration(migrations.Migration):
    dependencies = [("labs", "0008_registration")]

    operations = [
        migrations.RemoveConstraint("reminderrule", "reminder_rule_once_per_day"),
        migrations.RemoveConstraint("reminderrule", "reminder_rule_within_a_year"),
        migrations.RenameField("reminderrule", "days_before", "days"),
        migrations.AlterField(
            "reminderrule", "days", models.PositiveSmallIntegerField(verbose_name="days")
        ),
        migrations.AddField(
            "reminderrule",
            "kind",
            models.CharField(choices=KINDS, db_default="before", default="before", max_length=10),
        ),
        migrations.AlterModelOptions("reminderrule", {"ordering": ["kind", "-days"]}),
        migrations.AddConstraint(
            "reminderrule",
            models.UniqueConstraint(
                fields=("lab", "kind", "days"), name="reminder_rule_once_per_day"
            ),
        ),
        migrations.AddConstraint(
            "reminderrule",
            models.CheckConstraint(
                condition=models.Q(days__gte=1, days__lte=365), name="reminder_rule_within_a_year"
            ),
        ),
        migrations.AddConstraint(
            "reminderrule",
            models.CheckConstraint(
                condition=models.Q(kind__in=["before", "unanswered", "after"]),
                name="reminder_rule_of_known_kind",
            ),
        ),
    ]
