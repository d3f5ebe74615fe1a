"""The examples in the reader's own words come true."""

import doctest
import importlib
import pkgutil

import pytest

from rapport.channels.inbound import rules

MODULES = [module.name for module in pkgutil.iter_modules(rules.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_come_true(name: str) -> None:
    module = importlib.import_module(f"{rules.__name__}.{name}")
    assert doctest.testmod(module).failed == 0
