"""The API of this room. Shapes are fixed (docs/api.md); fields may be added, never changed."""
