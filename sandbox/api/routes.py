"""Which call goes where: the part of Razorpay's API that the sandbox speaks."""

from sandbox.api import customers, invoices, orders, payments, plans, refunds, tokens, webhooks
from sandbox.api import subscriptions as subs
from sandbox.routing import Route

ROUTES = [
    Route("POST", "/v1/orders", orders.create),
    Route("GET", "/v1/orders", orders.listed),
    Route("GET", "/v1/orders/<id>", orders.fetch),
    Route("PATCH", "/v1/orders/<id>", orders.edit),
    Route("GET", "/v1/orders/<id>/payments", orders.payments_of),
    Route("GET", "/v1/payments", payments.listed),
    Route("GET", "/v1/payments/<id>", payments.fetch),
    Route("PATCH", "/v1/payments/<id>", payments.edit),
    Route("POST", "/v1/payments/create/recurring", payments.create_recurring),
    Route("POST", "/v1/payments/<id>/capture", payments.capture),
    Route("POST", "/v1/payments/<id>/refund", refunds.create),
    Route("GET", "/v1/payments/<id>/refunds", refunds.of_payment),
    Route("GET", "/v1/payments/<id>/refunds/<refund>", refunds.one_of_payment),
    Route("POST", "/v1/refunds", refunds.create_by_body),
    Route("GET", "/v1/refunds", refunds.listed),
    Route("GET", "/v1/refunds/<id>", refunds.fetch),
    Route("PATCH", "/v1/refunds/<id>", refunds.edit),
    Route("POST", "/v1/customers", customers.create),
    Route("GET", "/v1/customers", customers.listed),
    Route("GET", "/v1/customers/<id>", customers.fetch),
    Route("PUT", "/v1/customers/<id>", customers.edit),
    Route("GET", "/v1/customers/<id>/tokens", tokens.listed),
    Route("GET", "/v1/customers/<id>/tokens/<token>", tokens.fetch),
    Route("DELETE", "/v1/customers/<id>/tokens/<token>", tokens.delete),
    Route("PUT", "/v1/customers/<id>/tokens/<token>/cancel", tokens.cancel),
    Route("POST", "/v1/plans", plans.create),
    Route("GET", "/v1/plans", plans.listed),
    Route("GET", "/v1/plans/<id>", plans.fetch),
    Route("POST", "/v1/subscriptions", subs.create),
    Route("GET", "/v1/subscriptions", subs.listed),
    Route("GET", "/v1/subscriptions/<id>", subs.fetch),
    Route("PATCH", "/v1/subscriptions/<id>", subs.update),
    Route("POST", "/v1/subscriptions/<id>/cancel", subs.cancel),
    Route("POST", "/v1/subscriptions/<id>/pause", subs.pause),
    Route("POST", "/v1/subscriptions/<id>/resume", subs.resume),
    Route("GET", "/v1/subscriptions/<id>/retrieve_scheduled_changes", subs.scheduled),
    Route("POST", "/v1/subscriptions/<id>/cancel_scheduled_changes", subs.unschedule),
    Route("GET", "/v1/invoices", invoices.listed),
    Route("GET", "/v1/invoices/<id>", invoices.fetch),
    Route("POST", "/v1/webhooks", webhooks.create),
    Route("GET", "/v1/webhooks", webhooks.listed),
    Route("GET", "/v1/webhooks/<id>", webhooks.fetch),
    Route("PUT", "/v1/webhooks/<id>", webhooks.edit),
]

RESOURCES = {route.path.split("/")[2] for route in ROUTES}
