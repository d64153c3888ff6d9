"""What the books are, keyed by Razorpay's ids: the same shape for the model's and for ours.

Amounts are integers in the smallest unit; times are Unix seconds, None where there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

DAY = 24 * 60 * 60


@dataclass(frozen=True)
class OurOrder:
    """An own record: what the seller's order asked for. `name` is how it is called in the books.

    `same` is equal in all orders of one customer for one product, and empty where nobody knows.
    `opens`: the resources of each plan that we sell, by Razorpay's id of it.
    """

    name: str
    amount: int
    currency: str = "INR"
    made_at: int = 0
    order_id: str = ""
    subscription_id: str = ""
    plan: str = ""
    trial: bool = False
    instalments: bool = False
    total_count: int = 0
    same: str = ""
    opens: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass
class Payment:
    """One payment of ours; `flagged` names what is set once and was told in two ways."""

    status: str
    captured: bool
    amount: int
    amount_refunded: int
    order: str
    subscription: str = ""
    email: str = ""
    flagged: tuple[str, ...] = ()


@dataclass
class Refund:
    """One refund of a payment of ours."""

    status: str
    amount: int
    payment: str


@dataclass
class Order:
    """What became of an order."""

    status: str
    amount_paid: int = 0
    amount_refunded: int = 0
    opens: bool = False  # one-time orders: whether its buyer may use what it sells


@dataclass
class Cycle:
    """One billing period: who paid it, and how far it carries (None: unpaid)."""

    end: int | None
    payments: tuple[str, ...] = ()
    until: int | None = None
    auth_attempts: int = 0
    halted: bool = False


@dataclass
class Subscription:
    """A subscription's row, and the access that follows from it."""

    status: str
    plan: str = ""
    quantity: int | None = None
    charge_at: int | None = None
    paid_count: int = 0
    paid_until: int | None = None
    access_until: int | None = None
    no_end: bool = False
    opens: bool = False  # at the time of the books
    resources: tuple[str, ...] = ()  # which, in order of their titles


@dataclass
class Slot:
    """One row of the ledger of re-attempts; None: the facts do not say it."""

    state: str
    due: int | None = None
    made_by: str | None = None
    counted: bool = False
    reason: str | None = None


@dataclass
class Books:
    """One gateway's books."""

    orders: dict[str, Order] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    cycles: dict[tuple[str, int], Cycle] = field(default_factory=dict)
    # (our order, start of the cycle or 0, n) -> the row
    slots: dict[tuple[str, int, int], Slot] = field(default_factory=dict)
    # (our order, payment id) -> a further try on an order that is paid once: it has no number
    further: dict[tuple[str, str], Slot] = field(default_factory=dict)
    # digest of the body -> processed, unmatched, foreign, ignored, unreadable
    events: dict[str, str] = field(default_factory=dict)
    # payment id -> receipts: in the expected books the most there may be
    receipts: dict[str, int] = field(default_factory=dict)
    # (our order, start of the cycle or 0) -> mails to the buyer that a try failed: the most
    failure_mails: dict[tuple[str, int], int] = field(default_factory=dict)
