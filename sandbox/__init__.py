"""A stand-in for Razorpay at a desk without internet: API, signed webhooks and their oddities.

It stands alone: standard library only, imports nothing of the project, nobody imports it.
"""
