"""Looking at a page in a browser as somebody would who cannot see it, or has a small screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what is well need not be described: a third of the time
}
FITS = "document.documentElement.scrollWidth <= Math.min(innerWidth, screen.width)"
"""A telephone widens its window to what overflows, so the screen is measured as well."""

TRIES = 3


def faults_of(page: Page) -> list[str]:
    """Return what axe minds about the page, and whether it is wider than the screen.

    A page that gives way to the next one while it is looked at is forgotten, and that one looked
    at instead.
    """
    for last in [False] * (TRIES - 1) + [True]:
        try:
            page.wait_for_load_state()
            violations = Axe().run(page, options=OPTIONS).response["violations"]
            fits = page.evaluate(FITS)
            break
        except Error:
            if last:
                raise
    faults = [
        f"axe: {rule['id']} {[node['target'] for node in rule['nodes']][:3]}" for rule in violations
    ]
    return faults if fits else [*faults, "it scrolls sideways"]
