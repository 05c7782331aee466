"""Fixtures every test may use; tests may be coroutines."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.config import Settings
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tests.carriers.far_side import FarSide, far_side

pytest_plugins = ("tests.servers",)


@pytest.fixture
def empty_store(tmp_path: Path) -> Iterator[Store]:
    """The database a service would have in this test's folder, with its tables and nothing in them."""
    url = Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)}).database_url
    upgrade(url)
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def far() -> Iterator[FarSide]:
    """A carrier of the protocol's own, on the other side of a real wire."""
    with far_side() as far:
        yield far


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs a coroutine test on a loop of its own, for at most 30 s."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted}

    async def run() -> Any:
        async with asyncio.timeout(30):
            await pyfuncitem.obj(**arguments)

    asyncio.run(run())
    return True
