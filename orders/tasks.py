"""Doorbells of this room. The work is in the rows."""

from __future__ import annotations

from celery import shared_task
from django.db import close_old_connections

from orders import expiring, postman, refunding


@shared_task
def send_due_mails() -> None:
    """Send the mails that are due."""
    close_old_connections()
    postman.send_due()


@shared_task
def make_refunds() -> None:
    """Ask again for the refunds whose answer was lost."""
    close_old_connections()
    refunding.make_due()


@shared_task
def expire_orders() -> None:
    """Close the orders that nobody paid in thirty days."""
    close_old_connections()
    expiring.expire()
