"""Where the house's files are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.*") if path.is_file())
SOURCES = sorted(
    [
        *MODULES,
        ROOT / "hatch_build.py",
        *(
            path
            for folder in ("bench", "migrations", "tests")
            for path in (ROOT / folder).rglob("*.py")
        ),
    ]
)


def named(path: Path) -> str:
    """Return a path as it stands in the house."""
    return str(path.relative_to(ROOT))
