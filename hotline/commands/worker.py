"""`hotline worker`: works the queues until it is told to stop."""

from __future__ import annotations

import os

import click

from hotline.config import Settings
from hotline.contact_rules import read_contact_rules
from hotline.logs import configure_logs
from hotline.own_texts import in_own_words
from ivr.scripts.letters import check_letters
from tasks.embedded_redis import RedisNotStarted
from tasks.worker import leave_with_parent, work
from tasks.workplace import carrier_of


@click.command()
@click.option("--burst", is_flag=True, help="Stop as soon as all queues are empty.")
@click.option("--beside-service", is_flag=True, hidden=True, help="End with the process that started this one.")
def worker(*, burst: bool, beside_service: bool) -> None:
    """Work the queues: messages leave for the carrier here. `hotline serve` runs one of these by itself."""
    configure_logs()
    settings = Settings.from_environment(os.environ)
    check_letters()
    in_own_words(settings.data_dir)
    read_contact_rules(settings.data_dir)
    carrier_of(settings)  # refuses here, where it is read, rather than in every job
    if beside_service:
        leave_with_parent()
    try:
        work(settings, burst=burst)
    except RedisNotStarted as error:
        raise click.ClickException(str(error)) from error
