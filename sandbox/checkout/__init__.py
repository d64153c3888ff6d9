"""The checkout and the hosted pages: where a buyer would be at Razorpay."""
