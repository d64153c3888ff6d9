"""Doorbells of this room. The work is in the rows."""

from __future__ import annotations

from celery import shared_task
from django.db import close_old_connections

from subscriptions import acting, existing_plans, overdue, twins
from subscriptions.debiting import billing
from subscriptions.models import Plan


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


@shared_task
def settle_subscribers(plan_id: int, after: int) -> None:
    """Bring what a plan charges in step with the product that it was linked to, batch by batch."""
    close_old_connections()
    last = existing_plans.settle_subscribers(Plan.objects.get(pk=plan_id), after)
    if last is not None:
        settle_subscribers.delay(plan_id, last)


@shared_task
def charge_due_bills() -> None:
    """Bill and charge the periods that begin of subscriptions that Raseed charges itself."""
    close_old_connections()
    billing.charge_due()


@shared_task
def ask_about_overdue_charges() -> None:
    """Write down which charges were due without any news of them."""
    close_old_connections()
    overdue.ask_about()
