"""Who looks at the pages of subscriptions."""

from __future__ import annotations

from tests.orders.sales.conftest import charlie, meera, see

__all__ = ["charlie", "meera", "see"]
