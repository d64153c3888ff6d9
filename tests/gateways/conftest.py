"""What the tests of this room share."""

from __future__ import annotations

from tests.gateways.people import busy, meera, signed_in
from tests.gateways.stand_in import desk

__all__ = ["busy", "desk", "meera", "signed_in"]
