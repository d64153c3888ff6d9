"""Doorbells of this room. The work is in the rows."""

from __future__ import annotations

from celery import shared_task
from django.db import close_old_connections

from orders import catching_up, expiring, postman, refunding
from orders.looking_up import due as looking_up
from orders.models import Product
from orders.recovering import due


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


@shared_task
def settle_buyers(product_id: int, after: int = 0) -> None:
    """Give the buyers of a product what was added to it, a batch at a time."""
    close_old_connections()
    product = Product.objects.get(pk=product_id)
    last = catching_up.settle_orders_of(product, after)
    if last is not None:
        settle_buyers.delay(product_id, last)


@shared_task
def make_due_reattempts() -> None:
    """Make the re-attempts whose time has come."""
    close_old_connections()
    due.make()


@shared_task
def work_lookups() -> None:
    """Ask Razorpay what is missing or overdue."""
    close_old_connections()
    looking_up.work_off()
