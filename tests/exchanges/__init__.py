"""Exchanges: from an agreement and a call to recognised credits."""
