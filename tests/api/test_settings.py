"""The settings come from the environment, and a wrong one is told in a line."""

from __future__ import annotations

import pytest

from schemas import LimitsSchema
from service.settings import Settings, SettingsError

WRONG = (
    ({"PORT": "http"}, "PORT='http': Not a valid integer."),
    ({"PORT": "0"}, "PORT='0': Must be greater than or equal to 1 and less than or equal to 65535."),
    ({"PORT": "65536"}, "PORT='65536': Must be"),
    ({"PORT": ""}, "PORT='': Not a valid integer."),
    ({"HOST": ""}, "HOST='': Shorter than minimum length 1."),
    ({"WORKERS": "0"}, "WORKERS='0': Must be"),
    ({"WORKERS": "2.5"}, "WORKERS='2.5': Not a valid integer."),
    ({"THREADS": "many"}, "THREADS='many': Not a valid integer."),
    ({"QUEUE": "-1"}, "QUEUE='-1': Must be"),
    ({"MAX_BODY_BYTES": "2MB"}, "MAX_BODY_BYTES='2MB': Not a valid integer."),
    ({"MAX_CHARACTERS": "0"}, "MAX_CHARACTERS='0': Must be"),
    ({"QUEUE_SECONDS": "soon"}, "QUEUE_SECONDS='soon': Not a valid number."),
    ({"OVERLOAD_QUEUE_SECONDS": "0"}, "OVERLOAD_QUEUE_SECONDS='0': Must be greater than 0"),
    ({"MAX_BATCH_ARTICLES": "0"}, "MAX_BATCH_ARTICLES='0': Must be"),
    ({"MAX_BATCHES": "-1"}, "MAX_BATCHES='-1': Must be"),
    ({"MAX_NESTING": "501"}, "MAX_NESTING='501': Must be"),
    ({"MAX_REQUEST_LINE_BYTES": "8191"}, "MAX_REQUEST_LINE_BYTES='8191': Must be"),
    ({"MAX_HEADERS": "0"}, "MAX_HEADERS='0': Must be"),
    ({"MAX_HEADER_BYTES": "1"}, "MAX_HEADER_BYTES='1': Must be"),
    ({"MAX_CONNECTIONS": "1"}, "MAX_CONNECTIONS='1': Must be"),
    ({"MAX_ARRIVING_BYTES": "0"}, "MAX_ARRIVING_BYTES='0': Must be"),
    ({"READ_SECONDS": "0"}, "READ_SECONDS='0': Must be greater than 0"),
    ({"WRITE_SECONDS": "-1"}, "WRITE_SECONDS='-1': Must be greater than 0"),
    ({"IDLE_SECONDS": "never"}, "IDLE_SECONDS='never': Not a valid number."),
    ({"DRAIN_SECONDS": "-1"}, "DRAIN_SECONDS='-1': Must be"),
    ({"DEADLINE_SECONDS": "0"}, "DEADLINE_SECONDS='0': Must be greater than 0"),
    ({"DEADLINE_SECONDS": "inf"}, "DEADLINE_SECONDS='inf': Special numeric values"),
    ({"GRACEFUL_SECONDS": "x"}, "GRACEFUL_SECONDS='x': Not a valid integer."),
    ({"CORS_ORIGINS": "https://a.example b.example"}, "CORS_ORIGINS='https://a.example b.example': Give origins"),
    ({"CORS_ORIGINS": "https://a.example/page"}, "Give origins such as https://example.org, or *."),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL='loud': Must be one of: debug, info, warning, error."),
    ({"PORT": "x", "HOST": ""}, "HOST='': Shorter than minimum length 1.; PORT='x': Not a valid integer."),
)


def test_every_setting_has_a_default() -> None:
    assert Settings.load({}) == Settings()


def test_settings_come_from_the_environment() -> None:
    settings = Settings.load({"PORT": "9000", "DEADLINE_SECONDS": "2.5", "HOST": "::1", "UNRELATED": "x"})

    assert (settings.port, settings.deadline_seconds, settings.host) == (9000, 2.5, "::1")


@pytest.mark.parametrize(("environ", "says"), WRONG)
def test_a_wrong_setting_is_told(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load(environ)

    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_setting_is_described() -> None:
    described = {setting.name: setting for setting in Settings.describe()}

    assert {name for environ, _ in WRONG for name in environ} == set(described) - {"API_KEYS", "API_KEYS_FILE"}
    assert described["PORT"].default == "8000"
    assert all(setting.description for setting in described.values())


def test_every_limit_is_told_to_the_callers() -> None:
    limits = {name for name in Settings.__slots__ if name.startswith("max_") or name.endswith("_seconds")}

    assert set(LimitsSchema().fields) - {"threads", "queue"} == limits - {"drain_seconds", "graceful_seconds"}
