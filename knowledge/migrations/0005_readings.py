import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

RULES = """
ALTER TABLE knowledge_reading ADD CONSTRAINT reading_of_its_version
    FOREIGN KEY (article_id, number) REFERENCES knowledge_revision (article_id, number)
    DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION knowledge_reading_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number < OLD.number THEN
        RAISE EXCEPTION 'Version % was read after version %', OLD.number, NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reading_never_goes_back';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reading_goes_on BEFORE UPDATE OF number ON knowledge_reading
    FOR EACH ROW EXECUTE FUNCTION knowledge_reading_goes_on();
"""

UNDO = """
DROP TRIGGER reading_goes_on ON knowledge_reading;
DROP FUNCTION knowledge_reading_goes_on;
ALTER TABLE knowledge_reading DROP CONSTRAINT reading_of_its_version;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0004_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("read_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="knowledge.article",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "article"), name="reading_once_per_article"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="reading_counts_from_one"
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
