"""The blueprint of this package, which every page joins."""

from flask import Blueprint

bp = Blueprint("exchanges", __name__)
