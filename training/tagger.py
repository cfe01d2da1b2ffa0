"""Train the tagger of ``service.engine.tagger`` with JAX, and round its weights to bytes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from service.engine.tagger import LAYERS, ROWS, word_rows
from service.engine.tagset import ENTITY, NOUN_KINDS, POS, RELATION, SOURCE

from .corpora import Labelled

Parameters: TypeAlias = dict[str, jax.Array]
Arrays: TypeAlias = dict[str, NDArray[np.generic]]

WIDTHS = {"word": 64, "prefix": 16, "suffix": 24, "shape": 16, "lists": 16}
HIDDEN = 96
TASKS = (POS, ENTITY, SOURCE, NOUN_KINDS, RELATION)
TASK_WEIGHTS = (0.6, 1.0, 1.0, 0.4, 0.6)
LENGTH, BATCH = 192, 24
WORD_DROPOUT, DROPOUT = 0.12, 0.2
_log = logging.getLogger(__name__)


def train(articles: Sequence[Labelled], epochs: int, seed: int = 1) -> Arrays:
    """Fit the network to ``articles`` and return its weights, embeddings as int8 codes and scales."""
    rows, labels = _sequences(articles)
    steps = epochs * (len(rows) // BATCH)
    optimizer = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.adamw(optax.warmup_cosine_decay_schedule(0.0, 3e-3, 200, steps, 1e-5), weight_decay=1e-3),
    )
    parameters = _initial(jax.random.key(seed))
    state = optimizer.init(parameters)

    @jax.jit
    def step(
        parameters: Parameters, state: optax.OptState, rows: jax.Array, labels: jax.Array, key: jax.Array
    ) -> tuple[Parameters, optax.OptState, jax.Array]:
        loss, gradient = jax.value_and_grad(_loss)(parameters, rows, labels, key)
        updates, state = optimizer.update(gradient, state, parameters)
        return optax.apply_updates(parameters, updates), state, loss

    for number, chosen in enumerate(_batches(len(rows), epochs, seed)):
        key = jax.random.fold_in(jax.random.key(seed), number)
        parameters, state, loss = step(parameters, state, rows[chosen], labels[chosen], key)
        if number % 500 == 0:
            _log.info("tagger: step %d of %d, loss %.3f", number, steps, float(loss))
    return _rounded(parameters)


def _sequences(articles: Sequence[Labelled]) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """Return (sequences, LENGTH, features) rows and (sequences, LENGTH, tasks) labels, -1 where unknown."""
    rows: list[Sequence[int]] = []
    labels: list[tuple[int, ...]] = []
    gap = (0,) * len(ROWS), (-1,) * len(TASKS)
    for article in articles:
        paragraph = -1
        columns = zip(article.pos, article.entity, article.source, article.noun, article.relation, strict=True)
        for word, place, targets in zip(article.tokens.words, article.tokens.paragraph, columns, strict=True):
            if place != paragraph:
                rows.append(gap[0])
                labels.append(gap[1])
                paragraph = place
            rows.append(word_rows(word))
            labels.append(targets)
    count = len(rows) // LENGTH
    size = count * LENGTH
    return (
        np.array(rows[:size], np.int32).reshape(count, LENGTH, -1),
        np.array(labels[:size], np.int8).reshape(count, LENGTH, -1),
    )


def _batches(count: int, epochs: int, seed: int) -> Iterator[NDArray[np.intp]]:
    shuffle = np.random.default_rng(seed)
    for _ in range(epochs):
        order = shuffle.permutation(count)
        for first in range(0, count - BATCH + 1, BATCH):
            yield order[first : first + BATCH]


def _initial(key: jax.Array) -> Parameters:
    keys = iter(jax.random.split(key, 16))
    inputs, outputs = sum(WIDTHS.values()), sum(map(len, TASKS))
    parameters = {name: 0.3 * jax.random.normal(next(keys), (ROWS[name], WIDTHS[name])) for name in ROWS}
    parameters["mix"] = jax.random.normal(next(keys), (inputs, HIDDEN)) * (2 / inputs) ** 0.5
    parameters["mix_bias"] = jnp.zeros(HIDDEN)
    for layer in range(LAYERS):
        scale = (2 / (3 * HIDDEN)) ** 0.5 * 0.5
        parameters[f"conv{layer}"] = jax.random.normal(next(keys), (3 * HIDDEN, HIDDEN)) * scale
        parameters[f"conv{layer}_bias"] = jnp.zeros(HIDDEN)
    parameters["head"] = jax.random.normal(next(keys), (HIDDEN, outputs)) * HIDDEN**-0.5
    parameters["head_bias"] = jnp.zeros(outputs)
    return parameters


def _scores(parameters: Parameters, rows: jax.Array, key: jax.Array) -> jax.Array:
    """Return (batch, length, labels of all tasks), with dropout as in training."""
    word_key, *keys = jax.random.split(key, LAYERS + 2)
    unknown = jax.random.bernoulli(word_key, WORD_DROPOUT, rows.shape[:2]) & (rows[..., 0] > 0)
    rows = rows.at[..., 0].set(jnp.where(unknown, 1, rows[..., 0]))
    inside = (rows[..., :1] > 0).astype(jnp.float32)
    parts = [parameters[name][rows[..., i]] for i, name in enumerate(ROWS)]
    sequence = jax.nn.relu(jnp.concatenate(parts, -1) @ parameters["mix"] + parameters["mix_bias"]) * inside
    for layer in range(LAYERS):
        sequence = _dropped(sequence, keys[layer])
        before = jnp.pad(sequence, ((0, 0), (1, 0), (0, 0)))[:, :-1]
        after = jnp.pad(sequence, ((0, 0), (0, 1), (0, 0)))[:, 1:]
        window = jnp.concatenate([before, sequence, after], -1)
        change = jax.nn.relu(window @ parameters[f"conv{layer}"] + parameters[f"conv{layer}_bias"])
        sequence = (sequence + change) * inside
    return _dropped(sequence, keys[LAYERS]) @ parameters["head"] + parameters["head_bias"]


def _dropped(values: jax.Array, key: jax.Array) -> jax.Array:
    return jnp.where(jax.random.bernoulli(key, 1 - DROPOUT, values.shape), values / (1 - DROPOUT), 0.0)


def _loss(parameters: Parameters, rows: jax.Array, labels: jax.Array, key: jax.Array) -> jax.Array:
    scores = _scores(parameters, rows, key)
    total = jnp.zeros(())
    first = 0
    for task, (names, weight) in enumerate(zip(TASKS, TASK_WEIGHTS, strict=True)):
        wanted = labels[..., task].astype(jnp.int32)
        losses = optax.softmax_cross_entropy_with_integer_labels(
            scores[..., first : first + len(names)], jnp.maximum(wanted, 0)
        )
        known = wanted >= 0
        total += weight * (losses * known).sum() / jnp.maximum(known.sum(), 200)
        first += len(names)
    return total


def _rounded(parameters: Parameters) -> Arrays:
    """Return the weights as they ship: embeddings in int8 with a scale a row, the rest in float16."""
    arrays: Arrays = {}
    for name, values in parameters.items():
        matrix = np.asarray(values)
        if name in ROWS:
            scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-6) / 127
            arrays[f"{name}_codes"] = np.rint(matrix / scale).astype(np.int8)
            arrays[f"{name}_scale"] = scale.astype(np.float16)
        else:
            arrays[name] = matrix.astype(np.float16)
    return arrays
