"""Figures for Prometheus, read from the database when asked: right with any number of workers."""

from collections.abc import Iterator

from django.db.models import Count
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hub import health
from hub.delivery import health as deliveries
from hub.models import Delivery, Event, User


class HubFigures(Collector):
    def collect(self) -> Iterator[Metric]:
        yield self._deliveries()
        yield GaugeMetricFamily(
            "hub_delivery_oldest_waiting_seconds",
            "How long the oldest message that is due has waited",
            value=deliveries.oldest_overdue().total_seconds(),
        )
        yield GaugeMetricFamily(
            "hub_people", "Active accounts", value=User.objects.filter(is_active=True).count()
        )
        yield GaugeMetricFamily(
            "hub_events_unsorted",
            "Events whose followers have not been told yet",
            value=Event.objects.filter(fanned_out_at=None).count(),
        )
        yield self._parts()

    def _deliveries(self) -> Metric:
        figures = GaugeMetricFamily("hub_deliveries", "Messages by state", labels=["state"])
        for state, n in Delivery.objects.values_list("state").annotate(n=Count("pk")).order_by():
            figures.add_metric([state], n)
        return figures

    def _parts(self) -> Metric:
        figures = GaugeMetricFamily("hub_part_up", "1 where a part is well", labels=["part"])
        for check in health.checks():
            figures.add_metric([check.name], float(check.state == "ok"))
        return figures


REGISTRY = CollectorRegistry(auto_describe=False)
REGISTRY.register(HubFigures())
