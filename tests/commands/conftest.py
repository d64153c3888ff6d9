"""What the tests of this room share."""

from __future__ import annotations

from tests.gateways.stand_in import desk

__all__ = ["desk"]
