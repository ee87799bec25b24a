"""Fixtures for more than one file of tests."""

import pytest

import lstm_memory as lm

from .explorer_tools import finish


@pytest.fixture
def explorer():
    explorer = lm.Explorer(epochs=5)
    yield explorer
    explorer.stop()
    finish(explorer)
