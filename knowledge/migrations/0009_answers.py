import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

IN_PLACE = """
CREATE FUNCTION knowledge_answer_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM cities_wish w WHERE w.id = NEW.wish_id AND w.kind = 'seeks'
    ) THEN
        RAISE EXCEPTION 'Only what a city seeks is answered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'answer_only_to_needs';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER answer_in_place BEFORE INSERT OR UPDATE OF wish_id
    ON knowledge_answer FOR EACH ROW EXECUTE FUNCTION knowledge_answer_in_place();
"""

UNDO = """
DROP TRIGGER answer_in_place ON knowledge_answer;
DROP FUNCTION knowledge_answer_in_place;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0004_questions"),
        ("knowledge", "0008_translations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "text",
                    models.TextField(blank=True, max_length=1000, verbose_name="in a few words"),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("sv", "svenska"),
                            ("en", "English"),
                            ("bg", "български"),
                            ("cs", "čeština"),
                            ("da", "dansk"),
                            ("de", "Deutsch"),
                            ("el", "Ελληνικά"),
                            ("es", "español"),
                            ("fi", "suomi"),
                            ("fr", "français"),
                            ("hr", "hrvatski"),
                            ("hu", "magyar"),
                            ("it", "italiano"),
                            ("lt", "lietuvių"),
                            ("lv", "latviešu"),
                            ("nl", "Nederlands"),
                            ("no", "norsk"),
                            ("pl", "polski"),
                            ("pt", "português"),
                            ("ro", "română"),
                            ("sk", "slovenčina"),
                            ("sl", "slovenščina"),
                            ("tr", "Türkçe"),
                        ],
                        max_length=8,
                    ),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("helped", "It helped"), ("other", "Not what was meant")],
                        max_length=8,
                    ),
                ),
                ("judged_at", models.DateTimeField(blank=True, null=True)),
                ("is_sample", models.BooleanField(default=False, editable=False)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="knowledge.article",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wish",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="cities.wish",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "ordering": ["given_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("wish", "article"), name="answer_once_by_a_text"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("article__isnull", False),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="answer_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("judged_at__isnull", True),
                                ("judged_by__isnull", True),
                                ("verdict", ""),
                            ),
                            models.Q(
                                ("judged_at__isnull", False),
                                ("judged_by__isnull", False),
                                ("verdict__in", ["helped", "other"]),
                            ),
                            _connector="OR",
                        ),
                        name="answer_judged_at_with_by",
                    ),
                ],
            },
        ),
        migrations.RunSQL(IN_PLACE, UNDO),
    ]
