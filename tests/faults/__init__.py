"""`./dev faults`: everything dies now and then, and the books are true all the same.

Razorpay is played by a sender that signs, shuffles, doubles and sends again what was not answered;
web, worker and beat run as in production on a PostgreSQL and a Redis of the run's own, and a seeded
schedule kills, stops, fills and cuts them. Afterwards a checker compares what is there with what
the sender knows it told. docs/faults.md has the results and says what this does not show.
"""
