"""The forms of this package."""
