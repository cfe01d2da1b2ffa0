"""Look the locked packages up in the database of known holes.

Fails where one has a hole, or where the look-up itself fails. Where the database cannot be reached it says that the
audit was skipped, and passes. The arguments are pip-audit's own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

PIP_AUDIT = Path(sys.executable).with_name("pip-audit")
# How pip-audit and the libraries under it say that nobody answered.
_UNREACHABLE = re.compile(r"Could not connect to|ConnectionError|Failed to resolve|Connect(ion)?Timeout|ReadTimeout")


class Verdict(NamedTuple):
    """What the audit comes to."""

    passed: bool
    told: str


def verdict(status: int, out: str, errors: str) -> Verdict:
    """Judge by what pip-audit has printed and how it ended."""
    try:
        packages = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        if _UNREACHABLE.search(errors):
            return _skipped()
        return _failed(status, errors)
    return _failed(status, errors) if status and not any(map(_holes, packages)) else _of(packages)


def _of(packages: list[dict[str, Any]]) -> Verdict:
    holes = [line for package in packages for line in _holes(package)]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if holes:
        return Verdict(passed=False, told="\n".join([f"audit: FAILED, {len(holes)} known holes", *holes]))
    if unknown and len(unknown) == len(packages):  # a mirror of the packages without the database
        return _skipped()
    if unknown or not packages:
        return Verdict(passed=False, told=f"audit: FAILED, could not be looked up: {', '.join(unknown) or 'anything'}")
    return Verdict(passed=True, told=f"audit: no known hole in {len(packages)} packages")


def _holes(package: dict[str, Any]) -> list[str]:
    name = f"{package['name']} {package.get('version')}"
    holes = package.get("vulns", ())
    return [f"  {name}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'nothing'}" for hole in holes]


def _failed(status: int, errors: str) -> Verdict:
    return Verdict(passed=False, told=f"audit: FAILED, pip-audit ended with {status}:\n{errors.strip()}")


def _skipped() -> Verdict:
    return Verdict(passed=True, told="audit: SKIPPED, the database of known holes cannot be reached from here")


def main(arguments: list[str], pip_audit: Path = PIP_AUDIT) -> int:
    """Run pip-audit, tell what it comes to, and return the exit status."""
    command = [
        str(pip_audit),
        "--require-hashes",
        "--disable-pip",
        "--progress-spinner=off",
        "--format=json",
        *arguments,
    ]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - ours
        passed, told = verdict(ended.returncode, ended.stdout, ended.stderr)
    except subprocess.TimeoutExpired:
        passed, told = _skipped()
    sys.stdout.write(told + "\n")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
