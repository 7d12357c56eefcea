"""What is committed is ours, names no machine and no registry, and installs the same everywhere."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement

from tests.build.repository import ROOT, files, text_of

# Written apart, so that this file does not name what it forbids.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
        ("archive", "ubuntu", "com"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root/|work/(?:main|shared|\.)|opt/(?:pypi|wheels)|Users/\w|home/\w+/\.)")
BUILT_OR_STORED = (".min.js", ".min.css", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".whl", ".gz", ".zip", ".map")
NEVER = (".sqlite", ".sqlite3", ".db", ".pem", ".key", ".p12", ".log", ".pyc")
LOCKS = ("build", "runtime", "test")


@cache
def locked(name: str) -> dict[str, list[str]]:
    """The versions that a lock file pins of each package, by its name in lower case."""
    pins: dict[str, list[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", text_of_lock(name), flags=re.MULTILINE):
        pins.setdefault(package.lower(), []).append(version)
    return pins


def text_of_lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")


def project() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_no_file_names_a_package_registry() -> None:
    named = [(str(path), host) for path in files() for host in REGISTRIES if host in text_of(path)]
    assert named == []


def test_no_file_names_a_place_on_one_machine() -> None:
    found = [(str(path), match.group()) for path in files() if (match := MACHINE_PATH.search(text_of(path)))]
    assert found == []


def test_nothing_made_by_others_or_by_a_run_is_committed() -> None:
    wrong = [str(path) for path in files() if path.name.endswith((*BUILT_OR_STORED, *NEVER))]
    wrong += [str(path) for path in files() if {"node_modules", ".venv", "instance"} & {*path.parts}]
    wrong += [str(path) for path in files(under="peerhub/static/nhsuk")]
    assert wrong == []


def test_no_file_is_larger_than_a_reader_can_take() -> None:
    generated = {"package-lock.json", *(f"requirements/{name}.lock" for name in LOCKS)}
    large = [str(path) for path in files() if (ROOT / path).stat().st_size > 200_000 and str(path) not in generated]
    assert large == []


def test_no_secret_is_committed() -> None:
    marks = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}")
    assert [str(path) for path in files() if marks.search(text_of(path))] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_with_hashes_and_says_nothing_of_where_from(name: str) -> None:
    text = text_of_lock(name)
    blocks = [block for block in re.split(r"\n(?=\S)", text) if not block.startswith("#")]
    assert blocks
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"--(?:extra-)?index-url|--find-links|--trusted-host|://", text) == []


@pytest.mark.parametrize("name", ["runtime", "test"])
def test_locks_agree_with_each_other(name: str) -> None:
    shared = locked("test").keys() & locked(name).keys()
    assert {package: locked(name)[package] for package in shared} == {
        package: locked("test")[package] for package in shared
    }
    assert locked("runtime").keys() <= locked("test").keys()


def test_every_package_that_the_project_names_is_locked_at_a_version_it_allows() -> None:
    asked = [("runtime", text) for text in project()["project"]["dependencies"]]
    asked += [("test", text) for text in project()["project"]["optional-dependencies"]["test"]]
    asked += [("build", text) for text in project()["build-system"]["requires"]]
    wrong = []
    for lock, text in asked:
        requirement = Requirement(text)
        versions = locked(lock).get(requirement.name.lower(), [])
        if not versions or not all(requirement.specifier.contains(version) for version in versions):
            wrong.append((lock, text, versions))
    assert wrong == []


def test_the_build_in_isolation_and_the_build_in_the_environment_use_the_same_versions() -> None:
    exact = [line for line in text_of_lines("requirements/build.in") if "==" in line]
    assert sorted(exact) == sorted(project()["build-system"]["requires"])


def text_of_lines(path: str) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


def test_the_front_end_lock_has_a_digest_for_each_package_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    fetched = {name: package for name, package in packages.items() if name}
    assert fetched
    assert [name for name, package in fetched.items() if "integrity" not in package or "resolved" in package] == []


def test_the_front_end_packages_are_named_to_the_last_digit() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
