"""A sentence-embedding model of the MiniLM family, run in numpy: from text to a vector of unit length.

The architecture is BERT's (Devlin et al. 2019) with mean pooling, as sentence-transformers publishes
all-MiniLM-L6-v2: a folder with config.json, tokenizer.json and model.safetensors. A query takes some
milliseconds, and no PyTorch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.errors import OperatorError

Floats = npt.NDArray[np.float32]

LONGEST: Final = 256
"""Tokens of a text that are read; all-MiniLM-L6-v2 was trained on no more."""

_NEEDED = ("config.json", "tokenizer.json", "model.safetensors")


class ModelUnusable(OperatorError):
    """The model's folder or libraries are not there; the sentence says what to do."""


class SentenceModel:
    """Not safe for several threads at once while it tokenises; each call is short."""

    def __init__(self, folder: Path) -> None:
        try:
            from safetensors.numpy import load_file
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelUnusable(
                "Ranking by meaning needs more libraries: `make semantic` installs them."
            ) from error
        folder = _located(folder)
        missing = [name for name in _NEEDED if not (folder / name).is_file()]
        if missing:
            raise ModelUnusable(
                f"{folder} holds no sentence model: {', '.join(missing)} is not there. Name the "
                "folder of a model such as all-MiniLM-L6-v2."
            )
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._weights: dict[str, Floats] = {
            name.removeprefix("bert."): np.ascontiguousarray(
                weight.T if weight.ndim == 2 and "dense" in name else weight
            )
            for name, weight in load_file(folder / "model.safetensors").items()
            if weight.dtype == np.float32
        }
        self._layers = [
            self._layer_weights(f"encoder.layer.{n}.") for n in range(config["num_hidden_layers"])
        ]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()
        self.size: int = config["hidden_size"]

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row a text."""
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(encoded), self.size), np.float32)
        for row, ids in enumerate(encoded):
            # One text at a time: without padding this is no slower than batches on a processor.
            vectors[row] = self._forward(np.array(ids)).mean(0)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors

    def _layer_weights(self, prefix: str) -> dict[str, Floats]:
        own = {
            name.removeprefix(prefix): weight
            for name, weight in self._weights.items()
            if name.startswith(prefix)
        }
        attention = [f"attention.self.{part}" for part in ("query", "key", "value")]
        own["qkv.weight"] = np.concatenate([own[f"{part}.weight"].T for part in attention], axis=1)
        own["qkv.bias"] = np.concatenate([own[f"{part}.bias"] for part in attention])
        return own

    def _forward(self, ids: npt.NDArray[Any]) -> Floats:
        embeddings = "embeddings.{}_embeddings.weight".format
        state = self._weights[embeddings("word")][ids]
        state = state + self._weights[embeddings("position")][: len(ids)]
        state = state + self._weights[embeddings("token_type")][0]
        state = self._normalised(state, self._weights, "embeddings.LayerNorm")
        for layer in self._layers:
            mixed = self._attention(state, layer) @ layer["attention.output.dense.weight"]
            mixed += layer["attention.output.dense.bias"]
            state = self._normalised(state + mixed, layer, "attention.output.LayerNorm")
            inner = _gelu(state @ layer["intermediate.dense.weight"] + layer["intermediate.dense.bias"])
            inner = inner @ layer["output.dense.weight"] + layer["output.dense.bias"]
            state = self._normalised(state + inner, layer, "output.LayerNorm")
        return state

    def _attention(self, state: Floats, layer: dict[str, Floats]) -> Floats:
        length, size = state.shape
        width = size // self._heads
        joint = (state @ layer["qkv.weight"] + layer["qkv.bias"]).reshape(length, 3, self._heads, width)
        query, key, value = joint.transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        together: Floats = (scores @ value).transpose(1, 0, 2).reshape(length, size)
        return together

    def _normalised(self, state: Floats, weights: dict[str, Floats], name: str) -> Floats:
        centred = state - state.mean(-1, keepdims=True)
        deviation = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(self._epsilon))
        result: Floats = centred / deviation * weights[f"{name}.weight"] + weights[f"{name}.bias"]
        return result


def _located(folder: Path) -> Path:
    """The folder itself; for a name on the Hugging Face hub (`owner/model`), where its files now lie."""
    if folder.exists() or folder.is_absolute() or len(folder.parts) != 2:
        return folder
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(folder.as_posix(), allow_patterns=list(_NEEDED)))
    except (OSError, ValueError) as error:  # everything that the hub's client raises is one of them
        raise ModelUnusable(
            f"{folder} is no folder here, and could not be fetched from the hub ({type(error).__name__}): "
            "name a folder, or try again when you are online."
        ) from error


def _gelu(values: Floats) -> Floats:
    """By its usual approximation with tanh, which is right to three decimals."""
    inner = np.float32(0.7978845608) * (values + np.float32(0.044715) * values * values * values)
    result: Floats = np.float32(0.5) * values * (1 + np.tanh(inner))
    return result
