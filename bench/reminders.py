"""The reminders of the largest Lab, beside raw smtplib: `python -m bench.reminders STEP`.

Asked from `make bench` in processes of their own. "plan" owes one reminder to everybody with a
seat, "sweep" sends until nothing is due, "rate" reads from the ledger how fast that went, "raw"
sends a message of standard input as often over one connection. Each prints JSON.
"""

import base64
import json
import os
import smtplib
import sys
import time

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    steps = {"plan": plan, "sweep": sweep, "rate": rate, "raw": raw}
    json.dump(steps[sys.argv[1]](), sys.stdout)


def plan() -> dict[str, float]:
    from hub import delivery
    from hub.models import Delivery
    from labs.actions.reminders import PER_SCHEDULE
    from labs.models import Lab
    from labs.reminding import REMINDER

    Delivery.objects.filter(kind=REMINDER).delete()
    lab = Lab.objects.get(slug__startswith="synth-largest")
    began = time.perf_counter()
    owed = delivery.plan(
        kind=REMINDER,
        event=lab.subject,
        receivers=list(lab.registrations.seated().values_list("user_id", flat=True)),
        version=lab.schedule_version * PER_SCHEDULE + 1,
        facts={"days": 1},
    )
    return {"owed": owed, "seconds": time.perf_counter() - began}


def sweep() -> dict[str, int]:
    from hub.delivery.sweep import sweep as turn

    return dict(turn(seconds=600).ends)


def rate() -> dict[str, float]:
    """Between the first that left and the last, so that starting a process does not count."""
    from django.db.models import Count, Max, Min

    from hub.models import Delivery
    from labs.reminding import REMINDER

    sent = Delivery.objects.filter(kind=REMINDER, state="sent")
    found = sent.aggregate(n=Count("pk"), first=Min("settled_at"), last=Max("settled_at"))
    seconds = (found["last"] - found["first"]).total_seconds()
    return {"sent": found["n"], "per_second": found["n"] / seconds}


def raw() -> dict[str, float]:
    from django.conf import settings

    count, content = int(sys.argv[2]), base64.b64decode(sys.stdin.read())
    began = time.perf_counter()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as line:
        for n in range(count):
            line.sendmail("hub@example.org", f"person{n}@example.org", content)
    return {"per_second": count / (time.perf_counter() - began)}


if __name__ == "__main__":
    main()
