"""A sentence-embedding model run by onnxruntime: from text to a vector of unit length, without PyTorch.

A folder as sentence-transformers publishes one: an ONNX file, tokenizer.json, and what says how the tokens'
states become one vector (`1_Pooling/config.json`), how many tokens are read (`sentence_bert_config.json`),
and what is put before a question (`config_sentence_transformers.json`).
"""

from __future__ import annotations

import hashlib
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
"""Tokens of a text that are read where the folder doesn't say: all-MiniLM-L6-v2 was trained on no more."""

_ONNX: Final = ("model.onnx", "onnx/model.onnx")
_CONFIGS: Final = ("*.json", "1_Pooling/config.json")
_PREFIXES: Final = {"bge-": "Represent this sentence for searching relevant passages: "}
"""By the beginning of a folder's name: what these models' cards ask for and no file of theirs says."""
_HASHED: Final = 2**20
_TRIAL: Final = "Language models as agents"


class ModelUnusable(OperatorError):
    """The model's folder or libraries are not there; the sentence says what to do."""


class SentenceModel:
    """Any thread may use it; each works by itself, on one processor.

    `name` tells its vectors from another model's: the folder's name with a digest of the model's beginning
    and size. Raises ModelUnusable.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelUnusable(
                "Ranking by meaning needs more libraries: `make semantic` installs them in a checkout, "
                "`pip install onnxruntime tokenizers huggingface-hub` elsewhere."
            ) from error
        called = folder.resolve().name
        folder = _located(folder)
        model = _onnx_in(folder)
        self._takes_first = _pools_by_first(folder)
        self._prefix = _query_prefix(folder, called)
        options = onnxruntime.SessionOptions()
        # Threads of one run wait for each other by spinning: beside other work that costs many times the sum.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self.name = f"{called}#{_digest(model)}"
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime has a class of its own for each way to fail
            raise ModelUnusable(
                f"{model} is no ONNX model that I can run ({type(error).__name__}): fetch or export it again."
            ) from error
        self._wanted = {each.name for each in self._session.get_inputs()}
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # a bare Exception for whatever it can't read
            raise ModelUnusable(
                f"{folder / 'tokenizer.json'} is no tokenizer that I can read: copy it again from where the "
                "model comes from."
            ) from error
        self._tokenizer.enable_truncation(_most_tokens(folder))
        self._tokenizer.no_padding()
        self._try_out(model)

    def _try_out(self, model: Path) -> None:
        """So that a model of another kind is known now, and not at somebody's question."""
        try:
            fits = bool(np.isfinite(self.embed([_TRIAL])).all())
        except Exception as error:  # onnxruntime and numpy have classes of their own
            raise ModelUnusable(_other_kind(model, type(error).__name__)) from error
        if not fits:
            raise ModelUnusable(_other_kind(model, "its vectors hold no numbers"))

    def embed(self, texts: Sequence[str], workers: int = 1) -> Floats:
        """One row a text; by so many threads."""
        encodings = self._tokenizer.encode_batch(list(texts))
        # One text at a time: without padding this is no slower than batches on a processor.
        with ThreadPoolExecutor(workers) as pool:
            states = list((pool.map if workers > 1 else map)(self._vector, encodings))
        vectors = np.array(states, np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors

    def embed_question(self, text: str) -> Floats:
        """The vector of what is looked for, with what the model wants before it."""
        vector: Floats = self.embed([self._prefix + text])[0]
        return vector

    def _vector(self, encoding: Any) -> Floats:
        every = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        given = {name: np.array([ids], np.int64) for name, ids in every.items() if name in self._wanted}
        state: Floats = self._session.run(None, given)[0][0]
        if state.ndim == 1:  # pooled by the graph itself
            return state
        tokens = state[:1] if self._takes_first else state
        pooled: Floats = tokens.sum(0) / max(len(tokens), 1)  # a text may be without tokens
        if pooled.ndim != 1:
            raise ValueError("expected one vector a token")
        return pooled


def _onnx_in(folder: Path) -> Path:
    lacking = f"I found no sentence model in {folder}: it lacks"
    found = [folder / name for name in _ONNX if (folder / name).is_file()] or [
        each for each in sorted(folder.glob("*.onnx")) if each.is_file()
    ]
    if not found:
        raise ModelUnusable(
            f"{lacking} an ONNX file (model.onnx). Take a model that has one, such as all-MiniLM-L6-v2 or "
            "bge-small-en-v1.5 from the Hugging Face hub, or export it: optimum-cli export onnx --model NAME "
            "FOLDER."
        )
    if not (folder / "tokenizer.json").is_file():
        raise ModelUnusable(f"{lacking} tokenizer.json. Copy it from where the model comes from.")
    return found[0]


def _pools_by_first(folder: Path) -> bool:
    """Whether a text's vector is the state of its first token; else it is the mean of all."""
    pooling = _read(folder / "1_Pooling" / "config.json")
    chosen = {name for name, value in pooling.items() if name.startswith("pooling_mode_") and value}
    if chosen - {"pooling_mode_cls_token", "pooling_mode_mean_tokens"} or len(chosen) > 1:
        raise ModelUnusable(
            f"{folder} pools by {', '.join(sorted(chosen))}: I can only use models that take the first token "
            "or the mean of all."
        )
    return "pooling_mode_cls_token" in chosen


def _query_prefix(folder: Path, called: str) -> str:
    prompts = _read(folder / "config_sentence_transformers.json").get("prompts")
    known = next((text for start, text in _PREFIXES.items() if called.startswith(start)), "")
    return str(prompts.get("query", known)) if isinstance(prompts, dict) else known


def _most_tokens(folder: Path) -> int:
    said = _read(folder / "sentence_bert_config.json").get("max_seq_length")
    return said if isinstance(said, int) and said > 0 else LONGEST


def _other_kind(model: Path, reason: str) -> str:
    return (
        f"{model} makes no vectors of sentences ({reason}): take a sentence model, such as "
        "all-MiniLM-L6-v2 or bge-small-en-v1.5 from the Hugging Face hub."
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        begins = opened.read(_HASHED)
    return hashlib.sha256(begins + str(file.stat().st_size).encode()).hexdigest()[:8]


def _located(folder: Path) -> Path:
    """The folder itself; for a name on the Hugging Face hub (`owner/model`), where its files now lie."""
    if folder.exists() or folder.is_absolute() or len(folder.parts) != 2:
        return folder
    from huggingface_hub import snapshot_download

    try:
        fetched = Path(snapshot_download(folder.as_posix(), allow_patterns=[*_ONNX, *_CONFIGS]))
    except (OSError, ValueError) as error:  # everything that the hub's client raises is one of them
        raise ModelUnusable(
            f"{folder} is no folder here, and could not be fetched from the hub ({type(error).__name__}): "
            "name a folder, or try again when you are online."
        ) from error
    return fetched
