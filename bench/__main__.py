"""`make bench`, or `python -m bench pages rush certificates growth desk` for some of it."""

import json
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.core.database import db
from bench import certificates, desk, growth, pages, rush, world

PARTS = ("pages", "rush", "certificates", "growth", "desk")
RESULTS = Path("bench/results")
SMALL, LARGE = 1_000, 100_000


def main() -> int:
    """Measure, print tables, keep the figures as JSON; 1 when a limit was passed."""
    parts = sys.argv[1:] or PARTS
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "granian": version("granian"),
    }
    with tempfile.TemporaryDirectory(prefix="most-bench-") as folder:
        app, small = _world(Path(folder) / "small", SMALL)
        if "pages" in parts:
            found["pages"] = pages.measure(app, small)
            _table(found["pages"])
        if "certificates" in parts:
            found["certificates"] = certificates.measure(app)
            _table([found["certificates"]])
        if "rush" in parts:
            app_rush, hall = _world(Path(folder) / "rush", SMALL)
            found["rush"] = rush.measure(app_rush, hall)
            _table([found["rush"]])
        if "growth" in parts:
            _, large = _world(Path(folder) / "large", LARGE)
            found["growth"] = growth.measure(small, large)
            _table(found["growth"])
        if "desk" in parts:
            found["desk"] = desk.measure(
                _empty(Path(folder) / "few"), _empty(Path(folder) / "many")
            )
            _table(found["desk"])
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{found['at'].replace(':', '')}.json"
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    over = _over(found)
    print(f"kept in {path}" + "".join(f"\nover the limit: {line}" for line in over))
    return 1 if over else 0


def _empty(folder: Path) -> tuple[Any, dict[str, str]]:
    """Return the product on a database without any record, and its settings."""
    folder.mkdir()
    settings = {
        "VAR_FOLDER": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "SECRET_KEY": "only for measuring, of no worth at all " * 2,
    }
    return world.application(settings), settings


def _world(folder: Path, enrolments: int) -> tuple[Any, world.World]:
    app, settings = _empty(folder)
    made = world.make(app, settings, enrolments)
    with app.app_context():
        db.session.execute(db.text("analyze"))
        db.session.commit()
        db.session.remove()
    return app, made


def _over(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{row['name']}: {row['ratio']} times the hello, not {row['limit']}"
        for row in found.get("pages", [])
        if row["limit"] and row["ratio"] > row["limit"]
    ]
    lines += [
        f"{row['name']}: grows by {row['growth_percent']} %"
        for row in [*found.get("growth", []), *found.get("desk", [])]
        if row["limit_percent"] and row["growth_percent"] > row["limit_percent"]
    ]
    return lines


def _table(rows: list[dict[str, Any]]) -> None:
    heads = list(rows[0])
    lines = [heads, *([_shown(row[head]) for head in heads] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    print()


def _shown(value: object) -> str:
    return "" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
