"""Seal every stored secret with the newest encryption key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gateways import resealing


class Command(BaseCommand):
    help = (
        "Seal every stored secret with the first key of ENCRYPTION_KEYS. To change keys: put the "
        "new key in front of the old one and restart every process; run this; then take the old "
        "key out and restart again. May run twice and beside running processes. Fails, and names "
        "the rows, while a secret is left that no key opens: keep the old key until it succeeds."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = resealing.reseal()
        self.stdout.write(f"Sealed anew: {done.count}.")
        if done.broken:
            raise CommandError("No key opens these:\n" + "\n".join(done.broken))
