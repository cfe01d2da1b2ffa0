"""Train the tagger of ``service.engine.tagger`` with JAX, and round its weights to bytes.

First its body learns to guess hidden words of unlabelled news, then all of it learns the labels.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeAlias, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from service.engine.tagset import ENTITY, NOUN_KINDS, POS, RELATION, SOURCE, SPEAKER
from service.engine.text import Tokens
from service.engine.words import ROWS, word_rows

from .corpora import Labelled

Parameters: TypeAlias = dict[str, jax.Array]
Arrays: TypeAlias = dict[str, NDArray[np.generic]]
Batch: TypeAlias = tuple[jax.Array, ...]
_Value = TypeVar("_Value")
Loss: TypeAlias = Callable[[Parameters, Batch, jax.Array], jax.Array]

WIDTHS = {"word": 64, "prefix": 16, "suffix": 24, "shape": 16, "lists": 16}
HIDDEN, SUMS = 128, 64  # sums a direction
TASKS = (POS, ENTITY, SOURCE, NOUN_KINDS, RELATION, SPEAKER)
TASK_WEIGHTS = (0.6, 1.5, 1.0, 0.4, 0.3, 1.0)
LENGTH, BATCH = 384, 12  # tokens a sequence, sequences a step
WORD_DROPOUT, DROPOUT = 0.12, 0.2
VOCABULARY = 8192  # the words to be guessed
HIDDEN_SHARE, SHAPE_SHARE = 0.15, 0.3  # of the words are hidden; of those keep their shape
_SPACE, _UNKNOWN = 0, 1  # rows that are no word's
_SHAPE = list(ROWS).index("shape")
_APART = 1 << 16  # more than there are rows
_log = logging.getLogger(__name__)


def pretrain(articles: Iterable[Tokens], epochs: int, seed: int = 5) -> Parameters:
    """Fit the body of the network to guess hidden words from what stands around them."""
    rows, words, article = _unlabelled(articles)
    parameters = _initial(jax.random.key(1))
    keys = jax.random.split(jax.random.key(seed))
    parameters["guess"] = jax.random.normal(keys[0], (HIDDEN, VOCABULARY)) * HIDDEN**-0.5
    parameters["guess_bias"] = jnp.zeros(VOCABULARY)
    data = rows, words, article
    parameters = _fit("words", parameters, _guessing_loss, data, epochs, seed)
    return {name: values for name, values in parameters.items() if not name.startswith("guess")}


def train(articles: Sequence[Labelled], epochs: int, parameters: Parameters, seed: int = 1) -> Arrays:
    """Fit the network to ``articles`` and return its weights, embeddings as int8 codes and scales."""
    return _rounded(_fit("labels", parameters, _labelling_loss, _labelled(articles), epochs, seed))


def _fit(
    name: str,
    parameters: Parameters,
    loss: Loss,
    data: Sequence[NDArray[np.generic]],
    epochs: int,
    seed: int,
) -> Parameters:
    steps = epochs * (len(data[0]) // BATCH)
    schedule = optax.warmup_cosine_decay_schedule(0.0, 3e-3, 200, steps, 1e-5)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=1e-3))
    state = optimizer.init(parameters)

    @partial(jax.jit, donate_argnums=(0, 1))
    def step(
        parameters: Parameters, state: optax.OptState, batch: Batch, key: jax.Array
    ) -> tuple[Parameters, optax.OptState, jax.Array]:
        value, gradient = jax.value_and_grad(loss)(parameters, batch, key)
        updates, state = optimizer.update(gradient, state, parameters)
        return optax.apply_updates(parameters, updates), state, value

    for number, chosen in enumerate(_batches(len(data[0]), epochs, seed)):
        key = jax.random.fold_in(jax.random.key(seed), number)
        parameters, state, value = step(parameters, state, tuple(jnp.asarray(part[chosen]) for part in data), key)
        if number % 500 == 0:
            _log.info("tagger, %s: step %d of %d, loss %.3f", name, number, steps, float(value))
    return parameters


def _batches(count: int, epochs: int, seed: int) -> Iterator[NDArray[np.intp]]:
    shuffle = np.random.default_rng(seed)
    for _ in range(epochs):
        order = shuffle.permutation(count)
        for first in range(0, count - BATCH + 1, BATCH):
            yield order[first : first + BATCH]


def _labelled(articles: Sequence[Labelled]) -> tuple[NDArray[np.generic], ...]:
    """Return sequences of rows (LENGTH, features), of labels (LENGTH, tasks), -1 where unknown, and of articles."""
    labels: list[Sequence[int]] = []
    gap = (-1,) * len(TASKS)
    for article in articles:
        labels.extend(_spaced(article.tokens, article.labels(), gap))
    rows, numbers = _rows(article.tokens for article in articles)
    return _cut(rows), _cut(np.array(labels, np.int8)), _cut(numbers)


def _unlabelled(articles: Iterable[Tokens]) -> tuple[NDArray[np.generic], ...]:
    """Return rows (sequences, LENGTH, features), numbers of words to guess, 0 for others, and articles."""
    read = list(articles)
    counts = Counter(word.lower() for tokens in read for word in tokens.words)
    vocabulary = {word: number for number, (word, _) in enumerate(counts.most_common(VOCABULARY - 1), 1)}
    words: list[int] = []
    for tokens in read:
        words.extend(_spaced(tokens, (vocabulary.get(word.lower(), 0) for word in tokens.words), 0))
    rows, numbers = _rows(read)
    return _cut(rows), _cut(np.array(words, np.int16)), _cut(numbers)


def _rows(articles: Iterable[Tokens]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the embedding rows of all tokens with spaces between paragraphs, and the number of each one's article."""
    rows: list[tuple[int, ...]] = []
    sizes: list[int] = []
    for tokens in articles:
        before = len(rows)
        rows.extend(_spaced(tokens, map(word_rows, tokens.words), (_SPACE,) * len(ROWS)))
        sizes.append(len(rows) - before)
    return np.array(rows, np.int32), np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)


def _spaced(tokens: Tokens, values: Iterable[_Value], gap: _Value) -> Iterator[_Value]:
    """Yield a value a token, and ``gap`` before each paragraph."""
    paragraph = -1
    for value, place in zip(values, tokens.paragraph, strict=True):
        if place != paragraph:
            yield gap
            paragraph = place
        yield value


def _cut(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return a stream of tokens as sequences of LENGTH."""
    count = len(values) // LENGTH
    return values[: count * LENGTH].reshape(count, LENGTH, *values.shape[1:])


def _initial(key: jax.Array) -> Parameters:
    keys = iter(jax.random.split(key, 16))
    inputs, outputs = sum(WIDTHS.values()), sum(map(len, TASKS))
    parameters = {name: 0.3 * jax.random.normal(next(keys), (ROWS[name], WIDTHS[name])) for name in ROWS}
    parameters["mix"] = jax.random.normal(next(keys), (inputs, HIDDEN)) * (2 / inputs) ** 0.5
    parameters["mix_bias"] = jnp.zeros(HIDDEN)
    for layer in ("near", "second"):
        scale = (2 / (3 * HIDDEN)) ** 0.5 * 0.5
        parameters[layer] = jax.random.normal(next(keys), (3 * HIDDEN, HIDDEN)) * scale
        parameters[f"{layer}_bias"] = jnp.zeros(HIDDEN)
    parameters["echo"] = jax.random.normal(next(keys), (2 * HIDDEN, HIDDEN)) * HIDDEN**-0.5 * 0.35
    parameters["echo_bias"] = jnp.zeros(HIDDEN)
    lasting = jnp.concatenate([jnp.zeros(SUMS), jnp.linspace(-1.0, 4.0, SUMS)])  # some sums last longer than others
    parameters["gates"] = jax.random.normal(next(keys), (2, HIDDEN, 2 * SUMS)) * HIDDEN**-0.5
    parameters["gates_bias"] = jnp.stack([lasting, lasting])
    parameters["gained"] = jax.random.normal(next(keys), (2, SUMS, HIDDEN)) * SUMS**-0.5 * 0.5
    parameters["gained_bias"] = jnp.zeros(HIDDEN)
    parameters["head"] = jax.random.normal(next(keys), (HIDDEN, outputs)) * HIDDEN**-0.5
    parameters["head_bias"] = jnp.zeros(outputs)
    return parameters


def _body(parameters: Parameters, rows: jax.Array, same: jax.Array, key: jax.Array, alike: bool) -> jax.Array:
    """Return (batch, length, HIDDEN), with dropout; ``same`` (batch, length, length) tells equal words."""
    keys = jax.random.split(key, 4)
    inside = (rows[..., :1] != _SPACE).astype(jnp.float32)
    parts = [parameters[name][rows[..., i]] for i, name in enumerate(ROWS)]
    states = jax.nn.relu(jnp.concatenate(parts, -1) @ parameters["mix"] + parameters["mix_bias"]) * inside
    for number, layer in enumerate(("near", "second")):
        states = _dropped(states, keys[number], alike)
        mixed = _convolved(states, parameters[layer]) + parameters[f"{layer}_bias"]
        states = (states + jax.nn.relu(mixed)) * inside
    states = _dropped(states, keys[2], alike)
    others = (same @ states) / jnp.maximum(same.sum(-1, keepdims=True), 1.0)
    heard = jnp.concatenate([states, others], -1) @ parameters["echo"] + parameters["echo_bias"]
    states = (states + jax.nn.relu(heard)) * inside
    states = (states + _gained(parameters, states, inside)) * inside
    return _dropped(states, keys[3], alike)


def _convolved(states: jax.Array, weight: jax.Array) -> jax.Array:
    """Return what each place and its two neighbours add up to."""
    before, own, after = jnp.split(weight, 3)
    edge = jnp.zeros_like(states[:, :1])
    earlier = jnp.concatenate([edge, (states @ before)[:, :-1]], 1)
    later = jnp.concatenate([(states @ after)[:, 1:], edge], 1)
    return states @ own + earlier + later


def _gained(parameters: Parameters, states: jax.Array, inside: jax.Array) -> jax.Array:
    """Return what each place gains from the recurrence (service.engine.recurrence); spaces end its sums."""
    total = parameters["gained_bias"]
    for direction in range(2):
        scores = states @ parameters["gates"][direction] + parameters["gates_bias"][direction]
        value, keep = jnp.split(scores, 2, -1)
        keep = jax.nn.sigmoid(keep)
        parts = keep * inside, value * (1 - keep) * inside
        _, sums = jax.lax.associative_scan(_joined, parts, axis=1, reverse=direction == 1)
        total += sums @ parameters["gained"][direction]
    return jax.nn.relu(total)


def _joined(earlier: tuple[jax.Array, jax.Array], later: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
    return earlier[0] * later[0], later[0] * earlier[1] + later[1]


def _same_words(words: jax.Array, articles: jax.Array) -> jax.Array:
    """Return (batch, length, length): 1 where two places of one article hold the same word."""
    known = jnp.where(words > _UNKNOWN, words + _APART * articles, -1)
    equal = (known[:, :, None] == known[:, None, :]) & (known >= 0)[:, None]
    return (equal & ~jnp.eye(words.shape[1], dtype=bool)).astype(jnp.float32)


def _dropped(values: jax.Array, key: jax.Array, alike: bool) -> jax.Array:
    """Return ``values`` with some dropped; ``alike``: the same in all sequences of a batch, which are drawn faster."""
    shape = values.shape[1:] if alike else values.shape
    kept = jax.random.bits(key, shape, jnp.uint8) >= round(256 * DROPOUT)  # bytes are drawn faster than floats
    return jnp.where(kept, values / (1 - DROPOUT), 0.0)


def _guessing_loss(parameters: Parameters, batch: Batch, key: jax.Array) -> jax.Array:
    rows, words, articles = batch
    place_key, shape_key, body_key = jax.random.split(key, 3)
    order = jnp.where(words > 0, jax.random.uniform(place_key, words.shape), 2.0).reshape(-1)
    places = jnp.argsort(order)[: int(HIDDEN_SHARE * words.size)]
    hidden = jnp.zeros(words.size, bool).at[places].set(True).reshape(words.shape)
    shown = jax.random.bernoulli(shape_key, SHAPE_SHARE, words.shape)[..., None] & (jnp.arange(len(ROWS)) == _SHAPE)
    masked = jnp.where(hidden[..., None] & ~shown, _UNKNOWN, rows)
    same = _same_words(jnp.where(hidden, _UNKNOWN, rows[..., 0]), articles)
    vectors = _body(parameters, masked, same, body_key, alike=True).reshape(-1, HIDDEN)[places]
    scores = vectors @ parameters["guess"] + parameters["guess_bias"]
    wanted = words.reshape(-1)[places].astype(jnp.int32)
    return optax.softmax_cross_entropy_with_integer_labels(scores, wanted).mean()


def _labelling_loss(parameters: Parameters, batch: Batch, key: jax.Array) -> jax.Array:
    rows, labels, articles = batch
    word_key, body_key = jax.random.split(key)
    unknown = jax.random.bernoulli(word_key, WORD_DROPOUT, rows.shape[:2]) & (rows[..., 0] != _SPACE)
    same = _same_words(rows[..., 0], articles)
    rows = rows.at[..., 0].set(jnp.where(unknown, _UNKNOWN, rows[..., 0]))
    scores = _body(parameters, rows, same, body_key, alike=False) @ parameters["head"] + parameters["head_bias"]
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
