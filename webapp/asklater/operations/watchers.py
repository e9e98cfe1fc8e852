"""Who watches an application, as its settings say: metrics, traces, and what notices a proxy that nobody named.

The packages of the first two are imported where somebody asks for them alone.
"""

import logging
import os
from importlib import import_module

from flask import Flask

from asklater.engine import Engine
from asklater.extras import MissingPackageError
from asklater.jobs.heartbeats import seconds_since_worker
from asklater.jobs.service import Jobs
from asklater.observation import observe
from asklater.registry import Gauge
from asklater.settings import ConfigurationError, Settings
from asklater.web.visitor_addresses import OneAddress

TRACES_TO = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""The variables of the environment, OpenTelemetry's own, of which one turns traces on."""
log = logging.getLogger(__name__)


def init_app(app: Flask, settings: Settings, engine: Engine, jobs: Jobs) -> None:
    """Let everybody watch whom the settings ask for.

    Raises ConfigurationError where METRICS_ADDRESS is set and its package is not there. Traces are left out then, with
    a line in the log: their variable may be set for all that runs on a machine.
    """
    one_address = OneAddress(settings.instance, settings.proxies)
    if not settings.demo:  # at home everybody comes from this machine
        observe(app, one_address)
    app.context_processor(lambda: {"proxy_notice": one_address.notice})
    age = Gauge(
        "worker_heartbeat_age_seconds",
        "Seconds since a worker was heard of",
        lambda: {(): seconds_since_worker(engine.database)},
    )
    engine.registry.register_gauge(age)
    if settings.metrics_address:
        try:
            metrics = import_module("asklater.operations.metrics")
        except ModuleNotFoundError as missing:
            what = "METRICS_ADDRESS"
            raise ConfigurationError(str(MissingPackageError(what, str(missing.name), "metrics"))) from missing
        metrics.init_app(app, engine, jobs, settings.metrics_address, settings.instance)
    if any(os.environ.get(name) for name in TRACES_TO):
        try:
            telemetry = import_module("asklater.operations.telemetry")
        except ModuleNotFoundError as missing:
            log.warning("%s", MissingPackageError("OTEL_EXPORTER_OTLP_ENDPOINT", str(missing.name), "telemetry"))
            return
        telemetry.init_app(app, engine.database, settings.brand or app.name, behind_proxy=bool(settings.proxies))
