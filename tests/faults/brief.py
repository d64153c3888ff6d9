"""What a brief run need not wait for."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig

LEASE = timedelta(seconds=10)


class ShortLeases(AppConfig):
    """What a killed worker held is taken up after ten seconds instead of forty.

    A task may take longer, so now and then two workers hold one event: only one may apply it.
    """

    name = "tests.faults"

    def ready(self) -> None:
        from webhooks import claims

        claims.LEASE = LEASE
