"""A page as PDF, printed by a browser of this machine where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PATIENCE_S = 60


def browser() -> str:
    """The first browser that can print; empty where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), "")


def as_pdf(page: Path, into: Path) -> bool:
    """Prints a page that is on this machine; False where no browser can."""
    program = browser()
    if not program:
        return False
    with TemporaryDirectory() as profile:
        command = [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={profile}", f"--print-to-pdf={into.absolute()}", page.absolute().as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
        except (subprocess.SubprocessError, OSError):
            return False
    return into.exists()
