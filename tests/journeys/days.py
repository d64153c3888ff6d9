"""Days that pass: at the sandbox, and for the tasks of Raseed that look at a calendar.

Raseed's own clock is the machine's, so what is due later is worked on "as of" that time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.journeys.installation import Installation

# What the buyer's patience ends with: the mails that wait for it are due, and the bell is rung.
PATIENCE = """
import json
from orders import tasks
from orders.mails import PATIENCE
from orders.models import Mail
from django.db.models import F
from django.utils import timezone
soon = timezone.now() + PATIENCE
waiting = Mail.objects.filter(state=Mail.State.WAITING, due_at__lte=soon)
moved = waiting.update(due_at=F("due_at") - PATIENCE)
tasks.send_due_mails.delay()
print(json.dumps(moved))
"""


class Days:
    """The one time of a journey: the sandbox's, which Raseed's tasks are told."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation

    def pass_by(self, **some: int) -> datetime:
        """At the sandbox, with all that falls due there on the way; what time it is then."""
        told = self.installation.switch("clock", **some)
        return datetime.fromtimestamp(told["now"], UTC)

    def until(self, moment: str) -> Any:
        """Time passes up to a minute after that moment, and the tasks work then."""
        now = self.installation.read("clock")["now"]
        return self.work(seconds=int(datetime.fromisoformat(moment).timestamp()) - now + 60)

    def work(self, **some: int) -> Any:
        """Time passes, and the task that comes every minute comes then."""
        now = self.pass_by(**some)
        return self.installation.manage("make_reattempts", "--as-of", now.isoformat(), "--json")

    def end_patience(self) -> None:
        """Half an hour passes for the mails that wait: for a buyer who may still be typing, or for
        Razorpay to say why. Some were owed already."""
        assert self.installation.manage("shell", "-v", "0", "-c", PATIENCE) > 0
