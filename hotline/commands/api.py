"""`hotline api`: the API's own document."""

from __future__ import annotations

import json
import os

import click

from hotline.bootstrap import edition_of
from hotline.config import Settings
from hotline.records_api import records_api
from hotline.store.unit_of_work import Store
from hotline.town import read_town


@click.group()
def api() -> None:
    """The JSON API below /api; docs/api.md tells how to use it."""


@api.command()
def schema() -> None:
    """Print the OpenAPI 3.1 document, as /api/openapi.json gives it."""
    settings = Settings.from_environment(os.environ)
    store = Store(settings.database_url)  # nothing is read: the document does not depend on the records
    document = records_api(settings, store, lambda _office: edition_of(0, read_town()), lambda _ids: None).api_doc
    store.close()
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
