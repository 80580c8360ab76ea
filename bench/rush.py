"""A full lecture hall checks in at once."""

from typing import Any

from flask import Flask

from app.attendance.models import Record
from app.core.database import db
from bench.load import ask
from bench.pages import expect
from bench.servers import serving
from bench.world import World, claims

CLIENTS = 64


def measure(app: Flask, world: World) -> dict[str, Any]:
    """Return how long 400 check-ins of 400 people took, sent over 64 connections at once."""
    waiting = claims(app, world.register_large)
    with serving("bench.product:application", world.settings, workers=2, threads=4) as product:
        before = product.cpu()
        found = ask(product.port, waiting, clients=CLIENTS)
        cpu = product.cpu() - before
    expect(found, 303, "check-in")
    with app.app_context():
        marked = db.session.scalar(
            db.select(db.func.count())
            .select_from(Record)
            .where(Record.session_id == world.register_large)
        )
        db.session.remove()
    if marked != len(waiting):
        raise SystemExit(f"{marked} of {len(waiting)} who checked in are marked")
    return {
        "people": len(waiting),
        "seconds": round(found.lasted, 2),
        "per_second": round(len(waiting) / found.lasted, 1),
        "cpu_ms_each": round(cpu / len(waiting) * 1000, 2),
        "p50_ms": found.percentile(0.5),
        "p99_ms": found.percentile(0.99),
    }
