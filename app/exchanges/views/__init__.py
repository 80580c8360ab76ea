"""The pages of this package."""

from flask import Blueprint

bp = Blueprint("exchanges", __name__)
