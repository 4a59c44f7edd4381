"""A sentence-embedding model of the MiniLM family, run in numpy: from text to a vector of unit length.

The architecture is BERT's (Devlin et al. 2019) with mean pooling, as sentence-transformers publishes
all-MiniLM-L6-v2: a folder with config.json, tokenizer.json and model.safetensors. A query takes some
milliseconds, and no PyTorch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
    """Any thread may use it; each works by itself."""

    def __init__(self, folder: Path) -> None:
        try:
            from safetensors.numpy import load_file
            from threadpoolctl import threadpool_limits
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelUnusable(
                "Ranking by meaning needs more libraries: `make semantic` installs them."
            ) from error
        folder = _located(folder)
        missing = [name for name in _NEEDED if not (folder / name).is_file()]
        if missing:
            raise ModelUnusable(
                f"I found no sentence model in {folder}: it lacks {', '.join(missing)}. Give the "
                "folder of a model such as all-MiniLM-L6-v2."
            )
        # OpenBLAS's threads wait for each other by spinning: beside other work that costs many times the sum.
        threadpool_limits(1, user_api="blas")
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
        self.size: int = config["hidden_size"]
        self._places = (
            self._weights["embeddings.position_embeddings.weight"]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._layers = [
            self._layer_weights(f"encoder.layer.{n}.") for n in range(config["num_hidden_layers"])
        ]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str], workers: int = 1) -> Floats:
        """One row a text; by so many threads."""
        encoded = [np.array(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(encoded), self.size), np.float32)
        # One text at a time: without padding this is no slower than batches on a processor.
        with ThreadPoolExecutor(workers) as pool:
            for row, state in enumerate((pool.map if workers > 1 else map)(self._forward, encoded)):
                vectors[row] = state.mean(0)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors

    def _layer_weights(self, prefix: str) -> dict[str, Floats]:
        """A layer's own, with the constants of its formulas put into the weights beforehand."""
        own = {
            name.removeprefix(prefix): weight
            for name, weight in self._weights.items()
            if name.startswith(prefix)
        }
        attention = [f"attention.self.{part}" for part in ("query", "key", "value")]
        own["qkv.weight"] = np.concatenate([own.pop(f"{part}.weight").T for part in attention], axis=1)
        own["qkv.bias"] = np.concatenate([own.pop(f"{part}.bias") for part in attention])
        for part in ("qkv.weight", "qkv.bias"):
            own[part][..., : self.size] /= np.float32(np.sqrt(self.size // self._heads))
        own["output.dense.weight"] *= np.float32(0.5)  # of GELU
        return own

    def _forward(self, ids: npt.NDArray[Any]) -> Floats:
        state: Floats = self._weights["embeddings.word_embeddings.weight"][ids]
        state += self._places[: len(ids)]
        self._normalise(state, self._weights, "embeddings.LayerNorm")
        for layer in self._layers:
            mixed: Floats = self._attention(state, layer) @ layer["attention.output.dense.weight"]
            mixed += layer["attention.output.dense.bias"]
            mixed += state
            self._normalise(mixed, layer, "attention.output.LayerNorm")
            inner = mixed @ layer["intermediate.dense.weight"]
            inner += layer["intermediate.dense.bias"]
            state = _twice_gelu(inner) @ layer["output.dense.weight"]
            state += layer["output.dense.bias"]
            state += mixed
            self._normalise(state, layer, "output.LayerNorm")
        return state

    def _attention(self, state: Floats, layer: dict[str, Floats]) -> Floats:
        length, size = state.shape
        joint = state @ layer["qkv.weight"]
        joint += layer["qkv.bias"]
        query, key, value = joint.reshape(length, 3, self._heads, -1).transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1)
        scores -= scores.max(-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(-1, keepdims=True)
        together: Floats = np.empty((length, self._heads, size // self._heads), np.float32)
        np.matmul(scores, value, out=together.transpose(1, 0, 2))
        return together.reshape(length, size)

    def _normalise(self, state: Floats, weights: dict[str, Floats], name: str) -> None:
        """In place: each row to mean 0 and variance 1, then scaled and shifted."""
        share = np.float32(1 / state.shape[1])
        state -= state.sum(-1, keepdims=True) * share
        variance = np.einsum("ij,ij->i", state, state) * share
        state /= np.sqrt(variance + np.float32(self._epsilon))[:, None]
        state *= weights[f"{name}.weight"]
        state += weights[f"{name}.bias"]


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


def _twice_gelu(values: Floats) -> Floats:
    """Two times GELU, by its usual approximation with tanh, which is right to three decimals."""
    inner = values * values
    inner *= np.float32(0.7978845608 * 0.044715)
    inner += np.float32(0.7978845608)
    inner *= values
    np.tanh(inner, out=inner)
    inner += 1
    inner *= values
    return inner
