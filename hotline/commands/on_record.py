"""What every command that lists records shares: the database, `--json`, the table."""

from __future__ import annotations

from hotline.commands.lists import _records as records
from hotline.commands.lists import _show as show
from hotline.commands.lists import as_json

__all__ = ["as_json", "records", "show"]
