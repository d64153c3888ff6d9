"""Rebuild an account's books from its inbox, beside those that stand, and compare the two."""
