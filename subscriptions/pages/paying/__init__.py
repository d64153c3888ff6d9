"""Where a buyer pays what could not be charged, gives a mandate, or changes the way to pay."""
