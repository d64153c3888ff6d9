"""What every room's API shares: who is calling, how lists are paged, how errors are worded."""
