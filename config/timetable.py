"""Celery's configuration, in its own lower-case names."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from kombu import Exchange, Queue

from config import broker

EMBEDDED = settings.CELERY_BROKER_URL.startswith("filesystem://")


def embedded_broker() -> dict[str, Any]:
    """Files, for a desk without Redis."""
    broker.register()
    folder = settings.DATA_DIR / "broker"
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.02,
    }


def server_broker() -> dict[str, Any]:
    """A broker that hangs must not hold a process: give up and let the timetable ring again."""
    return {"socket_timeout": 5, "socket_connect_timeout": 2, "visibility_timeout": 600}


broker_url = settings.CELERY_BROKER_URL
broker_transport_options = embedded_broker() if EMBEDDED else server_broker()
broker_connection_retry_on_startup = True
# A queue of its own: while more arrives than can be applied, the inbox is rung for so often that
# what waits behind it would expire before its turn. The worker takes from both by turns.
task_default_queue, INBOX = "celery", "inbox"
task_queues = [
    Queue(name, Exchange(name), routing_key=name) for name in (task_default_queue, INBOX)
]
task_routes = {"webhooks.tasks.work_inbox": {"queue": INBOX}}
task_ignore_result = True
task_publish_retry = False
task_soft_time_limit = 20
task_time_limit = 30
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
# Mails printed at a desk are not log lines.
worker_redirect_stdouts = False
# The file broker would keep a copy of each control message for every worker there ever was.
worker_enable_remote_control = not EMBEDDED
# Read by Celery's Django fixup under this very name; without it the worker opens a new database
# connection for every task.
CELERY_DB_REUSE_MAX = 1000
timezone = "UTC"

# The safety net under the doorbells: what a lost message would have started, starts here. Each row
# is (task, every so many seconds); a message that waited longer than that is of no use.
RINGS = {
    "work-inbox": ("webhooks.tasks.work_inbox", 3),
    "send-due-mails": ("orders.tasks.send_due_mails", 15),
    "make-due-reattempts": ("orders.tasks.make_due_reattempts", 60),
    "charge-due-bills": ("subscriptions.tasks.charge_due_bills", 60),
    "make-refunds": ("orders.tasks.make_refunds", 60),
    "carry-out-instructions": ("subscriptions.tasks.carry_out_instructions", 60),
    "look-for-twins": ("subscriptions.tasks.look_for_twins", 60),
    "work-lookups": ("orders.tasks.work_lookups", 60),
    "ask-about-overdue-charges": ("subscriptions.tasks.ask_about_overdue_charges", 600),
    "reconcile": ("webhooks.tasks.reconcile", 60),
    "expire-orders": ("orders.tasks.expire_orders", 600),
    "drop-bodies": ("webhooks.tasks.drop_bodies", 3600),
    "rebuild-sample": ("webhooks.tasks.rebuild_sample", 86_400),
    "clear-sessions": ("accounts.tasks.clear_sessions", 86_400),
    "probe-refused-keys": ("gateways.tasks.probe_refused_keys", 60),
    "clear-stale-problems": ("gateways.tasks.clear_stale_problems", 3600),
}
beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": max(30, seconds)}}
    for name, (task, seconds) in RINGS.items()
}
