"""Offers: a seat that is held for somebody counts as one in use."""

from django.conf import settings
from django.db import migrations, models

COUNT_ALSO_OFFERS = """
CREATE OR REPLACE FUNCTION labs_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved record;
BEGIN
    FOR moved IN
        SELECT lab,
               sum(change) FILTER (WHERE state IN ('seated', 'offered') AND mode = 'onsite') AS onsite,
               sum(change) FILTER (WHERE state IN ('seated', 'offered') AND mode = 'online') AS online,
               sum(change) FILTER (WHERE state = 'waiting') AS waiting
        FROM (
            SELECT OLD.lab_id AS lab, OLD.mode AS mode, OLD.state AS state, -1 AS change
            WHERE TG_OP <> 'INSERT'
            UNION ALL
            SELECT NEW.lab_id, NEW.mode, NEW.state, 1
            WHERE TG_OP <> 'DELETE'
        ) AS both_rows
        GROUP BY lab
        ORDER BY lab
    LOOP
        UPDATE labs_lab
        SET seated_onsite = seated_onsite + coalesce(moved.onsite, 0),
            seated_online = seated_online + coalesce(moved.online, 0),
            waiting = labs_lab.waiting + coalesce(moved.waiting, 0)
        WHERE id = moved.lab
          AND (coalesce(moved.onsite, 0), coalesce(moved.online, 0), coalesce(moved.waiting, 0))
              <> (0, 0, 0);
    END LOOP;
    RETURN NULL;
END $$;
"""

COUNT_SEATED = """
CREATE OR REPLACE FUNCTION labs_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved record;
BEGIN
    FOR moved IN
        SELECT lab,
               sum(change) FILTER (WHERE state = 'seated' AND mode = 'onsite') AS onsite,
               sum(change) FILTER (WHERE state = 'seated' AND mode = 'online') AS online,
               sum(change) FILTER (WHERE state = 'waiting') AS waiting
        FROM (
            SELECT OLD.lab_id AS lab, OLD.mode AS mode, OLD.state AS state, -1 AS change
            WHERE TG_OP <> 'INSERT'
            UNION ALL
            SELECT NEW.lab_id, NEW.mode, NEW.state, 1
            WHERE TG_OP <> 'DELETE'
        ) AS both_rows
        GROUP BY lab
        ORDER BY lab
    LOOP
        UPDATE labs_lab
        SET seated_onsite = seated_onsite + coalesce(moved.onsite, 0),
            seated_online = seated_online + coalesce(moved.online, 0),
            waiting = labs_lab.waiting + coalesce(moved.waiting, 0)
        WHERE id = moved.lab
          AND (coalesce(moved.onsite, 0), coalesce(moved.online, 0), coalesce(moved.waiting, 0))
              <> (0, 0, 0);
    END LOOP;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0003_knowledge_areas_in_atlas"),
        ("labs", "0012_approval"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(COUNT_ALSO_OFFERS, COUNT_SEATED),
        migrations.RemoveConstraint(
            model_name="registration",
            name="registration_known_mode_and_state",
        ),
        migrations.AddField(
            model_name="lab",
            name="offer_hours",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="how long a free seat is offered"
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="offered_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="registration",
            name="state",
            field=models.CharField(
                choices=[
                    ("seated", "registered"),
                    ("waiting", "on the waitlist"),
                    ("pending", "waits for the coordinator's answer"),
                    ("refused", "got no place"),
                    ("offered", "has been offered a seat"),
                    ("cancelled", "cancelled"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="registrationstep",
            name="state",
            field=models.CharField(
                choices=[
                    ("seated", "registered"),
                    ("waiting", "on the waitlist"),
                    ("pending", "waits for the coordinator's answer"),
                    ("refused", "got no place"),
                    ("offered", "has been offered a seat"),
                    ("cancelled", "cancelled"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="registrationstep",
            name="step",
            field=models.CharField(
                choices=[
                    ("registered", "registered"),
                    ("changed-mode", "changed how to take part"),
                    ("cancelled", "cancelled"),
                    ("declined", "said that they do not come"),
                    ("promoted", "moved up from the waitlist"),
                    ("approved", "got a place from the coordinator"),
                    ("refused", "got no place from the coordinator"),
                    ("offered", "was offered a seat"),
                    ("accepted", "took the seat that was offered"),
                    ("passed", "passed the offered seat on"),
                    ("lapsed", "let an offer run out"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("state", "offered")),
                fields=["offered_until"],
                name="registration_offers",
            ),
        ),
        migrations.AddConstraint(
            model_name="lab",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("offer_hours__isnull", True),
                    models.Q(("offer_hours__gte", 1), ("offer_hours__lte", 168)),
                    _connector="OR",
                ),
                name="lab_offers_for_some_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("offered_until__isnull", False), ("state", "offered")),
                    models.Q(
                        models.Q(("state", "offered"), _negated=True),
                        ("offered_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="registration_offered_until_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mode__in", ["onsite", "online"]),
                    (
                        "state__in",
                        ["seated", "waiting", "pending", "refused", "offered", "cancelled"],
                    ),
                ),
                name="registration_known_mode_and_state",
            ),
        ),
    ]
