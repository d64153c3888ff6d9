from subscriptions.models.bills import Bill, Debit
from subscriptions.models.cycles import Charge, Cycle, Invoice
from subscriptions.models.instructions import Doubt, SubscriptionInstruction
from subscriptions.models.mandates import Mandate
from subscriptions.models.subscriptions import Plan, Subscription

__all__ = [
    "Bill",
    "Charge",
    "Cycle",
    "Debit",
    "Doubt",
    "Invoice",
    "Mandate",
    "Plan",
    "Subscription",
    "SubscriptionInstruction",
]
