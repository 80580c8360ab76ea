"""The yardstick: Flask and nothing else."""

from flask import Flask

application = Flask("hello")


@application.get("/")
def hello() -> str:
    """Say hello."""
    return "hello"
