"""The ways in which Razorpay's real bodies and lists surprise, each with a name and a switch."""

ODDITIES = {
    "captured_one": "captured is the text '1' in the payment of subscription events",
    "failed_captured": "a failed card payment says captured true",
    "authorized_captured": "an authorised card payment says captured true",
    "empty_errors": "card payments carry '' instead of null as error_code and description,"
    " every third failed one too",
    "fee_unknown": "a captured card payment says fee null in payment.captured",
    "activated_inside": "subscription.activated with a payment: created_at inside payload,"
    " and contains lists only the subscription",
    "activated_last": "subscription.activated comes after subscription.charged",
    "refund_processed_at_once": "refund.created already says processed",
    "evidence_apart": "payment.dispute.action_required has the evidence beside the dispute's"
    " entity, not in it",
    "invoice_unlinked": "invoice.paid does not name its subscription",
    "short_url_null": "short_url is null in subscription events",
    "short_url_space": "short_url has a stray space in invoice.paid",
    "token_early": "token.confirmed comes before payment.captured",
    "token_bare": "token.confirmed of UPI lacks customer_id, max_amount and expired_at",
    "void_email": "who gave no e-mail address has void@razorpay.com",
    "lists_lag": "lists know nothing of the last two minutes; fetching by id does",
    "strangers": "along every tenth payment by switch or checkout comes one that is not ours",
}
