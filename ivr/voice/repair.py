"""Makes the published FastSpeech2 file loadable: takes out the dropout that was left in it.

The file multiplies two embeddings by random masks made with the TensorFlow op `FlexRandomUniform`, which
LiteRT does not have. Leaving the masks out gives their mean, so the voice says a sentence the same way every time.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from asr_models.recogniser import SpeechError
from ivr.voice.clips import write_atomically

_DROPOUT = b"/dropout/"
_IDENTIFIER = b"TFL3"


def repaired(model: Path, cache_dir: Path) -> Path:
    """The model without its dropout, made once and kept by content. Raises SpeechError if it is damaged."""
    try:
        data = model.read_bytes()
    except OSError as wrong:
        raise SpeechError(f"the voice cannot be read: {model.name}: {wrong.strerror}") from wrong
    kept = cache_dir / f"{model.stem}-{hashlib.sha256(data).hexdigest()[:16]}.tflite"
    if not kept.is_file():
        write_atomically(kept, without_dropout(data))
    return kept


def without_dropout(data: bytes) -> bytes:
    """The same network with every dropout bypassed. Raises SpeechError if this is no such network."""
    if data[4:8] != _IDENTIFIER:
        raise SpeechError("the voice is damaged: not a TensorFlow Lite model")
    try:
        model = schema.ModelT.InitFromPackedBuf(data, 0)
        for graph in model.subgraphs:
            _bypass(graph)
        _forget_flex(model)
        builder = flatbuffers.Builder(len(data))
        builder.Finish(model.Pack(builder), _IDENTIFIER)
        return bytes(builder.Output())
    except (struct.error, IndexError, KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise SpeechError("the voice is damaged: its network cannot be read") from wrong


def _bypass(graph: Any) -> None:
    """Joins the input of each dropout to what reads its output, and drops the operators between."""
    made_by = {tensor: op for op in graph.operators for tensor in op.outputs}

    def before_dropout(tensor: int) -> int:
        while tensor in made_by and _inside(graph, tensor):
            tensor = made_by[tensor].inputs[0]
        return int(tensor)

    kept = [op for op in graph.operators if not any(_inside(graph, tensor) for tensor in op.outputs)]
    for op in kept:
        op.inputs = [before_dropout(tensor) for tensor in op.inputs]
    graph.operators = kept


def _inside(graph: Any, tensor: int) -> bool:
    return tensor >= 0 and _DROPOUT in graph.tensors[tensor].name


def _forget_flex(model: Any) -> None:
    """Gives the operator code that nothing uses any more a name LiteRT knows."""
    for code in model.operatorCodes:
        if code.customCode is not None and code.customCode.startswith(b"Flex"):
            code.customCode = None
            code.builtinCode = schema.BuiltinOperator.RANDOM_UNIFORM
            code.deprecatedBuiltinCode = 127  # "see builtinCode": the old field holds one byte
