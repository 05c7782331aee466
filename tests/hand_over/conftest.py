"""Lets tests of a hand-over be coroutines."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest


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
