"""`hotline serve`: answers the telephone until it is told to stop."""

from __future__ import annotations

import os

import click

from asr_models.recogniser import SpeechError
from hotline.config import Settings
from hotline.logs import configure_logs
from hotline.service import assembled
from hotline.town import BrokenList


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where it listens.")
@click.option("--quiet", is_flag=True, help="Log warnings only.")
def serve(port: int, *, quiet: bool) -> None:
    """Answer the telephone: webhooks, live audio, staff pages, and the built-in exchange if no carrier is set."""
    configure_logs("WARNING" if quiet else "INFO")
    settings = Settings.from_environment(os.environ).served_at(port)
    try:
        with assembled(settings, port) as (server, service):
            here = f"http://127.0.0.1:{port}"
            click.echo(f"牛田镇政务热线 · {here} · 健康 {here}/healthz · 员工 {here}/calls")
            if service.exchange:
                click.echo(f"网页电话 {here}/phone · 终端电话 hotline talk --url {here}")
            server.run()
    except (SpeechError, BrokenList) as error:
        raise click.ClickException(str(error)) from error
