"""The sandbox's own time: real time plus an offset that people move forward."""

import time

DAY = 86_400
HOUR = 3_600


class Clock:
    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> float:
        return time.time() + self.offset

    def move_to(self, moment: float) -> None:
        """Forward only: an event that happened cannot lie in the future afterwards."""
        self.offset = max(self.offset, moment - time.time())
