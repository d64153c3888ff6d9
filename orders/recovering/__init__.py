"""Making the re-attempts whose time has come; `orders.retries` is their ledger."""
