"""Each import contract bites: a forbidden import put into a copy of the package breaks it, a wanted one does not."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ROOM_FILES = [
    "manifest",
    "views",
    "jobs",
    "listeners",
    "forms",
    "actions",
    "files",
    "charts",
    "queries",
    "models",
    "rules",
    "signals",
]
ACCESS_FILES = ["manifest", "views", "jobs", "forms", "actions", "audit", "queries", "models", "rules", "permissions"]


@dataclass(frozen=True)
class Mutant:
    """One line of import-mutants.tsv."""

    expected: str
    path: Path
    statement: str

    def __str__(self) -> str:
        return f"{self.expected}:{self.path}:{self.statement.splitlines()[0] if self.statement else 'new'}"


def read_mutants() -> list[Mutant]:
    lines = (HERE / "import-mutants.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Mutant(expected, Path(path), ast.literal_eval(statement)) for expected, path, statement in rows]


Verdicts = dict[str, list[Any]]

MUTANTS = read_mutants()
JUDGED = [mutant for mutant in MUTANTS if mutant.expected != "escape"]
ESCAPES = [mutant for mutant in MUTANTS if mutant.expected == "escape"]


def rooms() -> list[str]:
    """The rooms that the contract of the layers inside a room names."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    return next(each["containers"] for each in contracts if each["name"] == "Inside a room")


def add_missing(house: Path, module: Path) -> None:
    """Make an empty module, and the folders above it packages, unless a file or a folder of the name is there."""
    for folder in [*reversed(module.parents)][1:]:
        (house / folder).mkdir(exist_ok=True)
        (house / folder / "__init__.py").touch()
    if not (house / module).with_suffix("").is_dir():
        (house / module).touch()


def named_modules(mutant: Mutant) -> set[Path]:
    """The modules of ours that an injected import names."""
    found = re.findall(r"from (peerhub(?:\.\w+)*) import (\w+)", mutant.statement)
    dotted = {source if source.count(".") > 1 else f"{source}.{name}" for source, name in found}
    return {Path(*name.split(".")).with_suffix(".py") for name in dotted}


def layer_of(mutant: Mutant) -> Path:
    """The path without ending of the layer that gets the import."""
    return mutant.path.parent if mutant.path.name == "injected.py" else mutant.path.with_suffix("")


def in_place(mutant: Mutant, house: Path) -> Path:
    """Where the import goes: a room may keep a layer in one file today and in a folder tomorrow."""
    layer = layer_of(mutant)
    return layer / "injected.py" if (house / layer).is_dir() else layer.with_suffix(".py")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package in which every room stands, those not built yet with empty files."""
    copy = tmp_path_factory.mktemp("house")
    unwanted = shutil.ignore_patterns("__pycache__", "static", "templates")
    shutil.copytree(ROOT / "peerhub", copy / "peerhub", ignore=unwanted)
    layers = [Path(*room.split("."), f"{name}.py") for room in rooms() for name in ROOM_FILES]
    layers += [Path("peerhub", "access", f"{name}.py") for name in ACCESS_FILES]
    for mutant in JUDGED:
        layers += sorted(named_modules(mutant))
        if mutant.statement and mutant.path.name != "injected.py":
            layers.append(mutant.path)
    for module in layers:
        add_missing(copy, module)
    return copy


@pytest.fixture(scope="module")
def verdicts(house: Path) -> Verdicts:
    order = {
        "config": str(ROOT / "pyproject.toml"),
        "mutants": [[str(in_place(mutant, house)), mutant.statement] for mutant in JUDGED],
    }
    done = subprocess.run(
        [sys.executable, HERE / "import_verdicts.py"],
        input=json.dumps(order),
        cwd=house,
        env=os.environ | {"PYTHONPATH": f"{house}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_copy_breaks_nothing_before_an_import_is_injected(verdicts: Verdicts) -> None:
    assert verdicts["baseline"] == []


@pytest.mark.parametrize("number", range(len(JUDGED)), ids=[str(mutant) for mutant in JUDGED])
def test_an_import_is_judged_as_the_table_says(number: int, verdicts: Verdicts) -> None:
    broken = {*verdicts["mutants"][number]}
    if JUDGED[number].expected == "broken":
        assert broken
    else:
        assert broken <= {*verdicts["baseline"]}


def test_no_contract_is_toothless(verdicts: Verdicts) -> None:
    assert {name for broken in verdicts["mutants"] for name in broken} == set(verdicts["contracts"])


@pytest.mark.parametrize("mutant", ESCAPES, ids=str)
def test_what_escapes_the_contracts_is_caught_by_the_style_rules(mutant: Mutant, tmp_path: Path) -> None:
    module = tmp_path / mutant.path
    module.parent.mkdir(parents=True)
    module.write_text(mutant.statement + "\n", encoding="utf-8")
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--config",
        ROOT / "pyproject.toml",
        "--select",
        "TID251",
    ]
    done = subprocess.run([*ruff, module], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "TID251" in done.stdout
