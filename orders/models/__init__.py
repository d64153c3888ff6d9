from orders.models.catalogue import Price, Product, Resource
from orders.models.customers import Customer, CustomerAlias
from orders.models.decisions import AccessDecision
from orders.models.forms import FormField, OrderForm
from orders.models.grants import Grant, GrantChange
from orders.models.instructions import Instruction, RefundInstruction
from orders.models.links import BuyerLink
from orders.models.mails import Mail
from orders.models.orders import Order
from orders.models.payments import Dispute, Payment, Refund
from orders.models.reattempts import Reattempt

__all__ = [
    "AccessDecision",
    "BuyerLink",
    "Customer",
    "CustomerAlias",
    "Dispute",
    "FormField",
    "Grant",
    "GrantChange",
    "Instruction",
    "Mail",
    "Order",
    "OrderForm",
    "Payment",
    "Price",
    "Product",
    "Reattempt",
    "Refund",
    "RefundInstruction",
    "Resource",
]
