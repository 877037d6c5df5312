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

-- Of a pilot no more than it has places in the run, however the rows came about.
create function twinning_check_places() returns trigger language plpgsql as $$
begin
    if exists (
        select 1 from twinning_matchpair p join twinning_callpilot c on c.id = p.pilot_id
         where p.run_id = new.id
         group by c.id, c.places
        having count(*) > coalesce((new.places ->> c.id::text)::integer, c.places)) then
        raise exception 'Run % gives a pilot more cities than it has places.', new.id
            using errcode = 'check_violation', constraint = 'run_within_places';
    end if;
    return new;
end $$;
create trigger run_published_within_places before update on twinning_matchrun
    for each row when (old.published_at is null and new.published_at is not null)
    execute function twinning_check_places();

create function twinning_check_answer() returns trigger language plpgsql as $$
declare
    asked record;
begin
    select p.pilot_id, a.city_id, p.run_id into asked
      from twinning_matchpair p join twinning_application a on a.id = p.application_id
     where p.id = new.pair_id;
    if asked.pilot_id is null or (asked.city_id <> new.city_id and not exists (
            select 1 from twinning_callpilotcity
             where pilot_id = asked.pilot_id and city_id = new.city_id)) then
        raise exception 'City % is not asked about match %.', new.city_id, new.pair_id
            using errcode = 'check_violation', constraint = 'match_answered_by_who_is_asked';
    end if;
    -- Shared with taking the run back, which takes the row for itself.
    perform 1 from twinning_matchrun
      where id = asked.run_id and published_at is not null and ended_at is null for share;
    if not found then
        raise exception 'Run % does not stand.', asked.run_id
            using errcode = 'check_violation', constraint = 'match_answered_while_it_stands';
    end if;
    return new;
end $$;
create trigger match_answer_fits before insert or update on twinning_matchanswer
    for each row execute function twinning_check_answer();
"""

REVERSE = """
drop trigger match_answer_fits on twinning_matchanswer;
drop trigger run_published_within_places on twinning_matchrun;
drop function twinning_check_answer();
drop function twinning_check_places();
drop trigger pair_of_call on twinning_matchpair;
drop trigger ruling_of_call on twinning_ruling;
drop function twinning_check_of_run();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0006_removal"),
        ("twinning", "0009_plans_kept"),
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
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                "constraints": [
                    models.UniqueConstraint(fields=("call", "number"), name="run_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["draft", "waiting", "running", "done", "cancelled", "failed"],
                            )
                        ),
                        name="run_state_known",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "running")),
                            models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="run_leased_while_it_computes",
                    ),
                    models.CheckConstraint(
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
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("published_at__isnull", False)
                        ),
                        fields=("call",),
                        name="run_one_stands_a_call",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True), ("published_by__isnull", True)
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("published_by__isnull", False),
                                ("state", "done"),
                            ),
                            _connector="OR",
                        ),
                        name="run_published_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("published_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="run_ended_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_repair", False), ("derived_from__isnull", False), _connector="OR"
                        ),
                        name="run_repairs_another",
                    ),
                ],
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
                "constraints": [
                    models.UniqueConstraint(fields=("run", "application"), name="pair_city_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_pinned", False),
                                ("pilot__isnull", True),
                                ("score__isnull", True),
                            ),
                            models.Q(("pilot__isnull", False), ("score__isnull", False)),
                            _connector="OR",
                        ),
                        name="pair_scored_if_matched",
                    ),
                ],
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "application", "pilot"), name="ruling_pair_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "pin")),
                        fields=("run", "application"),
                        name="ruling_one_pin_a_city",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["pin", "veto"])), name="ruling_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="ruling_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_yes", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("answered_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cities.city",
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="twinning.matchpair",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a match",
                "verbose_name_plural": "answers to matches",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pair", "city"), name="match_answered_once_a_city"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_yes", True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="match_declined_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, REVERSE),
    ]
