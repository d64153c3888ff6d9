"""Doorbells of this room."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from gateways import probing
from gateways.models import Problem

# These tell of single events; when none has come for a day, the problem is over.
PASSING = (Problem.Kind.UNREADABLE, Problem.Kind.FOREIGN)
QUIET = timedelta(days=1)


@shared_task
def clear_stale_problems() -> None:
    """Clear the problems that have not shown again."""
    now = timezone.now()
    Problem.objects.standing().filter(kind__in=PASSING, last_seen_at__lt=now - QUIET).update(
        cleared_at=now
    )


@shared_task
def probe_refused_keys() -> None:
    """Ask whether keys that were refused are accepted again."""
    close_old_connections()
    probing.probe()
