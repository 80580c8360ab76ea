"""Telling people things: notices in the product, and mail."""
