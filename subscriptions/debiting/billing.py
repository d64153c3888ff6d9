"""Open the bill of a period that begins, and charge it."""

from __future__ import annotations

from datetime import datetime


def charge_due(now: datetime | None = None) -> int:
    """Open and charge the bills that are due at `now`; how many were looked at."""
    raise NotImplementedError(now)
