"""The real voice, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr_models.store import ModelStore
from ivr.voice.speaker import Speaker


@pytest.fixture(scope="session")
def models() -> ModelStore:
    return ModelStore()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("voice")


@pytest.fixture(scope="session")
def speaker(models: ModelStore, cache: Path) -> Speaker:
    return Speaker(models, cache)
