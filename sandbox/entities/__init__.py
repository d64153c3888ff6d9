"""The bodies: every object in the shape that Razorpay gives it."""
