import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: A run speaks of the cities and pilots of its own call only.
SQL = """
create function twinning_check_of_run() returns trigger language plpgsql as $$
declare
    called bigint := (select call_id from twinning_matchrun where id = new.run_id);
begin
    if called is distinct from
            (select call_id from twinning_application where id = new.application_id)
        or new.pilot_id is not null and called is distinct from
            (select call_id from twinning_callpilot where id = new.pilot_id) then
        raise exception 'Run % is of another call.', new.run_id
            using errcode = 'check_violation', constraint = 'run_within_its_call';
    end if;
    return new;
end $$;
create trigger ruling_of_call before insert or update on twinning_ruling
    for each row execute function twinning_check_of_run();
create trigger pair_of_call before insert or update on twinning_matchpair
    for each row execute function twinning_check_of_run();
"""

REVERSE = """
drop trigger pair_of_call on twinning_matchpair;
drop trigger ruling_of_call on twinning_ruling;
drop function twinning_check_of_run();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("twinning", "0021_plans_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatchRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("is_repair", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being set up"),
                            ("waiting", "about to begin"),
                            ("running", "computing"),
                            ("done", "done"),
                            ("cancelled", "stopped"),
                            ("failed", "not possible"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("weights", models.JSONField(default=dict)),
                ("places", models.JSONField(blank=True, default=dict)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("fence", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("step", models.CharField(blank=True, max_length=10)),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.JSONField(blank=True, default=dict)),
                ("twins", models.PositiveIntegerField(blank=True, null=True)),
                ("matched", models.PositiveIntegerField(blank=True, null=True)),
                ("worst", models.PositiveIntegerField(blank=True, null=True)),
                ("total", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="twinning.call",
                        verbose_name="call",
                    ),
                ),
                (
                    "derived_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="twinning.matchrun",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "match run",
                "verbose_name_plural": "match runs",
            },
        ),
        migrations.CreateModel(
            name="MatchPair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.PositiveIntegerField(blank=True, null=True)),
                ("is_pinned", models.BooleanField(default=False)),
                ("values", models.JSONField(blank=True, default=list)),
                ("others", models.JSONField(blank=True, default=dict)),
                ("plight", models.JSONField(blank=True, default=dict)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="twinning.application",
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="twinning.callpilot",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pairs",
                        to="twinning.matchrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "result of a match run",
                "verbose_name_plural": "results of match runs",
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pin", "pin: these two belong together"),
                            ("veto", "veto: not these two"),
                        ],
                        max_length=4,
                        verbose_name="kind",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("made_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="twinning.application",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="twinning.callpilot",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rulings",
                        to="twinning.matchrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "pin or veto",
                "verbose_name_plural": "pins and vetoes",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="matchrun",
            constraint=models.UniqueConstraint(fields=("call", "number"), name="run_number_once"),
        ),
        migrations.AddConstraint(
            model_name="matchrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "waiting", "running", "done", "cancelled", "failed"])
                ),
                name="run_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("started_at__isnull", True),
                        ("started_by__isnull", True),
                        ("state", "draft"),
                    ),
                    models.Q(
                        ("started_at__isnull", False),
                        ("started_by__isnull", False),
                        models.Q(("state", "draft"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="run_started_at_with_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease_until__isnull", False), ("state", "running")),
                    models.Q(
                        models.Q(("state", "running"), _negated=True), ("lease_until__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="run_leased_while_it_computes",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(
                        ("finished_at__isnull", False),
                        ("matched__isnull", False),
                        ("matched__lte", models.F("twins")),
                        ("total__isnull", False),
                        ("twins__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="run_has_a_result_once_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_repair", False), ("derived_from__isnull", False), _connector="OR"
                ),
                name="run_repairs_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchpair",
            constraint=models.UniqueConstraint(
                fields=("run", "application"), name="pair_city_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="matchpair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("is_pinned", False), ("pilot__isnull", True), ("score__isnull", True)
                    ),
                    models.Q(("pilot__isnull", False), ("score__isnull", False)),
                    _connector="OR",
                ),
                name="pair_scored_if_matched",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.UniqueConstraint(
                fields=("run", "application", "pilot"), name="ruling_pair_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "pin")),
                fields=("run", "application"),
                name="ruling_one_pin_a_city",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["pin", "veto"])), name="ruling_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="ruling_has_a_reason"
            ),
        ),
        migrations.RunSQL(SQL, REVERSE),
    ]
