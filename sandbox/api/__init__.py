"""Razorpay's API as far as sellers' programs use it."""
