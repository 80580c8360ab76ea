"""The pages of this package."""

from flask import Blueprint

bp = Blueprint("attendance", __name__)
