"""The recurrence of the tagger: the same as going word by word through each paragraph."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.engine.recurrence import Floats, Recurrence, Runs

WIDTH, SUMS = 4, 3


def layer(seed: int = 1) -> tuple[Floats, Floats, Floats, Floats]:
    random = np.random.default_rng(seed)
    shapes = (2, WIDTH, 2 * SUMS), (2, 2 * SUMS), (2, SUMS, WIDTH), (WIDTH,)
    gates, gates_bias, out, out_bias = (random.normal(size=shape).astype(np.float32) for shape in shapes)
    return gates, gates_bias, out, out_bias


def word_by_word(states: Floats, inside: list[bool]) -> Floats:
    gates, gates_bias, out, out_bias = layer()
    mixed = np.tile(out_bias, (len(states), 1))
    for direction, places in enumerate((range(len(states)), range(len(states) - 1, -1, -1))):
        sums = np.zeros(SUMS)
        for at in places:
            value, keep = np.split(states[at] @ gates[direction] + gates_bias[direction], 2)
            keep = 1 / (1 + np.exp(-keep))
            sums = keep * sums + (1 - keep) * value if inside[at] else np.zeros(SUMS)
            mixed[at] += sums @ out[direction]
    return np.maximum(mixed, 0).astype(np.float32)


@given(st.lists(st.booleans(), max_size=40))
def test_the_sums_are_those_of_going_word_by_word(inside: list[bool]) -> None:
    held = np.array(inside, np.bool_)
    states = np.random.default_rng(2).normal(size=(len(inside), WIDTH)).astype(np.float32) * held[:, None]

    gained = Recurrence(*layer()).gained(states, Runs.of(held))

    assert gained[held] == pytest.approx(word_by_word(states, inside)[held], abs=1e-5)


def test_the_places_of_the_longest_paragraph_come_first() -> None:
    runs = Runs.of(np.array([0, 1, 0, 1, 1, 1, 0, 1, 1], np.bool_))

    assert runs.places.tolist() == [[3, 7, 1, 4, 8, 5], [5, 8, 1, 4, 7, 3]]
    assert list(runs.bounds) == [0, 3, 5, 6]


def test_gates_that_are_shut_or_open_for_good_overflow_nowhere() -> None:
    gates, gates_bias, out, out_bias = layer()
    gates_bias[0, SUMS:], gates_bias[1, SUMS:] = -1e30, 1e30
    states = np.ones((5, WIDTH), np.float32)

    with np.errstate(over="raise", invalid="raise", divide="raise"):
        gained = Recurrence(gates, gates_bias, out, out_bias).gained(states, Runs.of(np.ones(5, np.bool_)))

    assert np.isfinite(gained).all()
