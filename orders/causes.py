"""What made the books change: carried through everything that follows from one fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.sentences import Sentence

# No mail and no re-attempt starts for a fact older than this when we first learnt of it.
NEWS = timedelta(hours=48)


@dataclass(frozen=True)
class Cause:
    """Why, when we learnt it, as of when it is true (unix seconds), whether it is told again."""

    why: Sentence
    learnt_at: datetime
    as_of: int = 0
    replayed: bool = False


def at(seconds: int) -> datetime:
    """Razorpay's unix seconds as an aware time."""
    return datetime.fromtimestamp(seconds, UTC)


def is_news(happened_at: datetime, learnt_at: datetime) -> bool:
    """Whether a fact was fresh enough to act on when it was learnt."""
    return learnt_at - happened_at <= NEWS
