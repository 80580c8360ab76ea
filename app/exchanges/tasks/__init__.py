"""What the worker does for exchanges."""
