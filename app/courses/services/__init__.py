"""Changing courses, their runs, sessions and the places in them."""
