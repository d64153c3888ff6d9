"""The page at /, in place of Razorpay's dashboard, for people at a desk."""
