"""The only folder that speaks Razorpay's language. Everyone else speaks ours."""
