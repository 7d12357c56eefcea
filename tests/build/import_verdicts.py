"""Run in a folder that holds a copy of the package: injects each import in turn and prints which contracts it breaks.

In: JSON on standard input, ``{"config": path, "mutants": [[path, import], ...]}``.
Out: JSON, ``{"baseline": [contract, ...], "mutants": [[contract, ...], ...], "contracts": [contract, ...]}``.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from importlinter import api  # noqa: F401 - importing it configures import-linter
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import registry


def broken_contracts(options: UserOptions) -> list[str]:
    """The names of the contracts that the package in this folder breaks."""
    report = use_cases.create_report(options, cache_dir=None)
    assert not report.could_not_run, report.invalid_contract_options
    return [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]


def verdict(options: UserOptions, path: Path, statement: str) -> list[str]:
    """What one more import in one module breaks; the module is as before afterwards."""
    before = path.read_text(encoding="utf-8") if path.exists() else None
    folders = [folder for folder in reversed(path.parents) if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before or ''}\n{statement}\n", encoding="utf-8")
    try:
        return broken_contracts(options)
    finally:
        path.unlink()
        if before is not None:
            path.write_text(before, encoding="utf-8")
        for folder in reversed(folders):
            folder.rmdir()


def main() -> None:
    """Read the order, write the verdicts."""
    order = json.load(sys.stdin)
    options = use_cases.read_user_options(order["config"])
    for contract_type in (LayersContract, ForbiddenContract, AcyclicSiblingsContract):
        registry.register(contract_type, contract_type.type_name)
    with contextlib.redirect_stdout(sys.stderr):
        answer = {
            "contracts": [contract["name"] for contract in options.contracts_options],
            "baseline": broken_contracts(options),
            "mutants": [verdict(options, Path(path), statement) for path, statement in order["mutants"]],
        }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
