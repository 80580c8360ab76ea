"""Reading policies, decisions, reviews and where people stand."""

from app.completion.queries import decisions, policies, reviews, standing
from app.completion.queries.standing import standings

__all__ = ["decisions", "policies", "reviews", "standing", "standings"]
