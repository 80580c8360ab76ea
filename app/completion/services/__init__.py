"""Writing policies, deciding, waiving, reviewing."""

from app.completion.services import decisions, policies, reviews

__all__ = ["decisions", "policies", "reviews"]
