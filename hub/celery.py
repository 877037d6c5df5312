"""The Celery application and the one table of what runs when."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

# Beat only ticks; each task sweeps everything that is due or older, so a tick
# that was missed, doubled or late changes nothing (design: delivery ledger).
TICK = timedelta(seconds=float(os.environ.get("TICK_SECONDS", "30")))
SCHEDULE: dict[str, dict[str, Any]] = {
    "show that beat is alive": {"task": "hub.tasks.note_tick", "schedule": TICK},
    "deliver what is due": {"task": "hub.tasks.sweep_deliveries", "schedule": TICK},
    "tell followers": {"task": "hub.tasks.sweep_events", "schedule": TICK},
    "learn the words of new texts": {"task": "hub.tasks.learn_search_words", "schedule": TICK},
    "offer free seats on": {"task": "labs.tasks.pass_on_offers", "schedule": TICK},
    "take up match runs again": {"task": "cities.twinning.tasks.sweep_runs", "schedule": TICK},
    "forget what is old": {"task": "hub.tasks.tidy", "schedule": timedelta(hours=1)},
    # Does nothing where no mailbox is named.
    "fetch answers by calendar": {"task": "labs.tasks.fetch_replies", "schedule": TICK},
    # Does nothing where no translation service is named.
    "give texts to the machine again": {
        "task": "knowledge.tasks.sweep_translations",
        "schedule": TICK,
    },
    "forget answers of past Labs": {
        "task": "labs.tasks.forget_answers",
        "schedule": timedelta(hours=1),
    },
    "ask whether texts are still true": {
        "task": "knowledge.tasks.keep_texts_true",
        "schedule": timedelta(minutes=10),
    },
    "ask how far plans have come": {
        "task": "cities.twinning.tasks.ask_about_plans",
        "schedule": timedelta(minutes=10),
    },
    "ask how twinnings go": {
        "task": "cities.twinning.tasks.ask_how_it_goes",
        "schedule": timedelta(minutes=10),
    },
    "watch what plans build on": {
        "task": "knowledge.tasks.watch_cited_texts",
        "schedule": timedelta(minutes=10),
    },
    # Lists links always; visits them where CHECK_LINKS says so.
    "look for dead links": {
        "task": "knowledge.tasks.check_links",
        "schedule": timedelta(minutes=10),
    },
}

app = Celery("hub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    beat_schedule=SCHEDULE,
    timezone="UTC",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    accept_content=["json"],
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600},
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=20,
    worker_hijack_root_logger=False,
)
app.autodiscover_tasks()
