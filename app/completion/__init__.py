"""Completion: frozen policies, decisions, and where a trainee stands."""
