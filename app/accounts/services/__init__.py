"""Changing accounts: one module for each thing people do with theirs or with others'."""
