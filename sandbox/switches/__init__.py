"""Switches for people and scripts: what a buyer, a bank or bad luck would do."""
