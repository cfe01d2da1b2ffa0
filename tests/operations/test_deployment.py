"""What the Dockerfile, the Kubernetes manifest and the compose file promise, and that they speak of this service."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from service import __version__, openapi
from service.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf8").replace("\\\n", " ")
LAST_STAGE = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
MANIFEST = ROOT / "docs/operations/kubernetes.yaml"
COMPOSE = ROOT / "docs/operations/compose.yaml"
OBJECTS: dict[str, dict[str, Any]] = {
    document["kind"]: document for document in yaml.safe_load_all(MANIFEST.read_text(encoding="utf8"))
}
POD = OBJECTS["Deployment"]["spec"]["template"]
[CONTAINER] = POD["spec"]["containers"]
[SERVICE] = yaml.safe_load(COMPOSE.read_text(encoding="utf8"))["services"].values()
SETTINGS = {setting.name for setting in Settings.describe()}
NOT_OURS = {"TMPDIR", "PATH", "PYTHONDONTWRITEBYTECODE"}


def instructions(text: str, word: str) -> list[str]:
    return re.findall(rf"^{word} +(.*)", text, re.MULTILINE)


def test_both_stages_start_from_one_exact_release() -> None:
    [base] = (argument for argument in instructions(DOCKERFILE, "ARG") if argument.startswith("PYTHON="))

    assert {line.split()[0] for line in instructions(DOCKERFILE, "FROM")} == {"${PYTHON}"}
    assert re.fullmatch(r"PYTHON=docker\.io/library/python:3\.11\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base)


def test_only_locked_wheels_are_installed() -> None:
    [install] = (line for line in instructions(DOCKERFILE, "RUN") if " install " in line)

    assert {"--require-hashes", "--only-binary", ":all:"} <= set(install.split())
    assert "apt" not in DOCKERFILE


def test_the_last_stage_runs_nothing_while_it_is_built_and_is_nobody() -> None:
    assert instructions(LAST_STAGE, "RUN") == []
    assert all(line.startswith("--from=build ") for line in instructions(LAST_STAGE, "COPY"))
    assert instructions(LAST_STAGE, "USER") == ["10001:10001"]
    assert "/readyz" in instructions(LAST_STAGE, "HEALTHCHECK")[0]


def test_the_image_sets_what_the_service_reads() -> None:
    names = set(re.findall(r"(\w+)=", instructions(LAST_STAGE, "ENV")[0]))

    assert names - NOT_OURS <= SETTINGS
    assert instructions(LAST_STAGE, "EXPOSE") == [str(Settings().port)]


def test_the_build_sees_only_what_it_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf8").splitlines()
    kept = {line.removeprefix("!") for line in ignored if line.startswith("!")}

    assert ignored[1] == "*"
    locks = {"requirements.txt", "requirements-html.txt", "requirements-tracing.txt"}
    assert kept == locks | {"schemas", "seeds", "service"}
    assert [name for name in kept if not (ROOT / name).exists()] == []


def test_the_manifest_has_its_four_objects_and_they_select_the_pods() -> None:
    labels = POD["metadata"]["labels"]

    assert set(OBJECTS) == {"Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"}
    assert OBJECTS["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert OBJECTS["Service"]["spec"]["selector"] == labels
    assert OBJECTS["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert OBJECTS["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"] == "quote-attribution"
    assert "replicas" not in OBJECTS["Deployment"]["spec"]  # the autoscaler's to say


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_the_probes_ask_for_what_there_is(probe: str) -> None:
    asked = CONTAINER[probe]["httpGet"]
    [port] = CONTAINER["ports"]

    assert "get" in openapi.document()["paths"][asked["path"]]
    assert (asked["port"], port["containerPort"]) == (port["name"], Settings().port)


def test_a_pod_that_drains_is_not_called_dead() -> None:
    assert CONTAINER["livenessProbe"]["httpGet"]["path"] == "/healthz"  # /readyz fails on purpose
    assert CONTAINER["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_a_pod_has_the_time_to_stop() -> None:
    waited = int(re.findall(r"sleep\((\d+)\)", str(CONTAINER["lifecycle"]["preStop"]))[0])

    assert POD["spec"]["terminationGracePeriodSeconds"] >= waited + Settings().graceful_seconds + 5
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) >= Settings().graceful_seconds + 5


def test_a_pod_may_do_as_little_as_possible() -> None:
    assert POD["spec"]["securityContext"]["runAsNonRoot"] is True
    assert POD["spec"]["securityContext"]["runAsUser"] == 10001
    assert POD["spec"]["automountServiceAccountToken"] is False
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert CONTAINER["resources"]["limits"]["memory"]


def test_the_compose_service_may_do_as_little_as_possible() -> None:
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert SERVICE["ports"] == [f"127.0.0.1:8000:{Settings().port}"]


def test_both_name_this_version_and_set_what_the_service_reads() -> None:
    assert CONTAINER["image"] == SERVICE["image"] == f"quote-attribution-service:{__version__}"
    assert {variable["name"] for variable in CONTAINER["env"]} - NOT_OURS <= SETTINGS
    assert set(SERVICE["environment"]) <= SETTINGS


def test_kubernetes_would_take_the_manifest() -> None:
    if not find_spec("kubernetes_validate"):
        pytest.skip("the package kubernetes-validate is not installed; see docs/operations/container.md")
    from kubernetes_validate import validate  # noqa: PLC0415 - not in the lock

    for document in OBJECTS.values():
        validate(document, "1.37", strict=True)


def test_docker_would_take_the_compose_file() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not there")
    command = [docker, "compose", "-f", str(COMPOSE), "config", "--quiet"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
