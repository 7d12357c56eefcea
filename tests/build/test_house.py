"""The house stays small: modules, functions and templates keep their length, and every exception says why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.build.repository import files, text_of

IGNORES = re.compile(r"#\s*(?:(?:noqa|type: ignore|pragma: no cover|nosec)\b.*)")
WITH_REASON = re.compile(r"(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\]|pragma: no cover)\W+(\w.{3,})$")
UNWANTED_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "data", "misc"}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    wanted = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, wanted)]


def over(limit: int, paths: list[Path]) -> list[str]:
    lengths = {path: len(text_of(path).splitlines()) for path in paths}
    return [f"{path}: {length} lines, {limit} at most" for path, length in lengths.items() if length > limit]


@pytest.mark.parametrize(
    ("limit", "under", "ending"),
    [
        (400, "peerhub", ".py"),
        (600, "tests", ".py"),
        (140, "peerhub/templates", ".html"),
        (140, "peerhub/templates", ".txt"),
    ],
)
def test_no_file_is_longer_than_its_kind_may_be(limit: int, under: str, ending: str) -> None:
    assert over(limit, files(ending, under=under)) == []


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {length} lines"
        for path in [*files(".py", under="peerhub"), Path("hatch_build.py")]
        for node in functions(path)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > 50
    ]
    assert long == []


def test_an_init_file_holds_a_docstring_and_nothing_else() -> None:
    crowded = []
    for path in files("__init__.py", under="peerhub"):
        body = ast.parse(text_of(path)).body
        if len(body) != 1 or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Constant):
            crowded.append(str(path))
    assert crowded == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [str(path) for path in files(".py", under="peerhub") if {*path.with_suffix("").parts} & UNWANTED_NAMES]
    assert vague == []


def test_every_ignored_rule_says_why() -> None:
    silent = [
        f"{path}:{number} {found.group()}"
        for path in files(".py")
        if path.parts[:2] != ("tests", "build")
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if (found := IGNORES.search(line)) and not WITH_REASON.search(line)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("line", "has_reason"),
    [
        ("import x  # noqa: F401", False),
        ("import x  # noqa: F401 - loaded for its effect", True),
        ("import x  # noqa: F401, S101 - loaded for its effect", True),
        ("y = x  # type: ignore[misc]", False),
        ("y = x  # type: ignore", False),
        ("y = x  # type: ignore[misc]  # WTForms has no types here", True),
        ("if x:  # pragma: no cover", False),
    ],
)
def test_a_reason_is_told_from_none(line: str, has_reason: bool) -> None:
    assert IGNORES.search(line)
    assert bool(WITH_REASON.search(line)) == has_reason
