"""Raseed at a desk: `./dev run`. In production each process is started by itself."""
