"""Ask Razorpay later. Handlers write the question; nobody waits for the answer."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from gateways.models import LookUp


def ask(
    gateway_id: int,
    kind: LookUp.Kind,
    razorpay_id: str,
    why: LookUp.Why,
    wait: timedelta = timedelta(),
) -> None:
    """Write down one question, once."""
    LookUp.objects.bulk_create(
        [
            LookUp(
                gateway_id=gateway_id,
                kind=kind,
                razorpay_id=razorpay_id,
                why=why,
                due_at=timezone.now() + wait,
            )
        ],
        ignore_conflicts=True,
    )


def settled(gateway_id: int, razorpay_id: str, *whys: LookUp.Why) -> None:
    """The questions about this object have answered themselves."""
    LookUp.objects.filter(
        gateway_id=gateway_id, razorpay_id=razorpay_id, why__in=whys, done_at=None
    ).update(done_at=timezone.now())
