"""Doorbells of this room. The work is in the rows."""

from __future__ import annotations

from celery import shared_task
from django.db import close_old_connections

from subscriptions import acting, twins


@shared_task
def carry_out_instructions() -> None:
    """Ask again for what was to be done with subscriptions and whose answer was lost."""
    close_old_connections()
    acting.carry_out_due()


@shared_task
def look_for_twins() -> None:
    """Look for the subscriptions that Razorpay may have made without our hearing of it."""
    close_old_connections()
    twins.look()
