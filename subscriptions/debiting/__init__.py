"""Subscriptions that Raseed charges itself, from a mandate: bills, debits, what became of them."""
