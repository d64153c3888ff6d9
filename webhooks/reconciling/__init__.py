"""Compare the books with Razorpay's, and fetch what never arrived.

A run asks about a window of time, or about one object. What it brings enters the inbox as answers
of the API do, so that there is one way into the books. docs/reconcile.md says what it can see.
"""
