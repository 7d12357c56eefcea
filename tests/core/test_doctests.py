"""The examples in our own docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest
from flask import Flask

import peerhub

MODULES = sorted(found.name for found in pkgutil.walk_packages(peerhub.__path__, "peerhub."))
WITH_EXAMPLES = {"peerhub.core.time", "peerhub.core.wording", "peerhub.core.forms", "peerhub.access.rules"}


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_true(name: str, app: Flask) -> None:
    with app.test_request_context("/"):
        done = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert done.failed == 0
    assert done.attempted > 0 or name not in WITH_EXAMPLES


def test_the_modules_with_examples_are_there() -> None:
    assert set(MODULES) >= WITH_EXAMPLES
