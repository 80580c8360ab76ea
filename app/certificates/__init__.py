"""Certificates: designs, issued documents that never change, public verification."""
