"""Changing agreements, calls, applications and stays."""
