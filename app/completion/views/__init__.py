"""The pages of this package."""

from flask import Blueprint

bp = Blueprint("completion", __name__)
