"""`./dev bench`: what the receiver accepts, how soon a payment opens access, and what it weighs.

Figures of different machines, or of one machine at different hours, say nothing about each other.
So each figure here stands beside a peer measured in the same minute: PostgreSQL alone (A) and the
least that Django can do (C). docs/bench.md says more.
"""
