"""Look for unreachable cycles less often than Python does by itself.

The ORM makes thousands of short-lived objects for each event, and Python looks through the young
ones after every 700 that stay. Nearly all of them are gone without that: they are in no cycle.
https://docs.python.org/3/library/gc.html#gc.freeze
"""

from __future__ import annotations

import gc
from typing import Any

YOUNG = 50_000  # objects; a few MB of garbage at most


def look_rarely(**_told: Any) -> None:
    """Call it once a process has loaded its code: that is never garbage, and is not looked at."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
