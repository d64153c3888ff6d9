"""When lives are lived: T is the samples' own time, in unix seconds."""

from __future__ import annotations

from typing import Any

T = 1_795_500_000
DAY = 86_400
MONTH = 30 * DAY

Life = list[dict[str, Any]]
