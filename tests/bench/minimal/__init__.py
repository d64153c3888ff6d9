"""C, the peer: the least that Django can do to receive a webhook."""
