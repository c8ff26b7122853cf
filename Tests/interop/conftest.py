"""Fixtures that every test may ask for."""

import pytest
from certificates import Authority
from pods import Pods


@pytest.fixture(scope="session")
def five(tmp_path_factory):
    """Five healthy pods for the whole run, each with its name in a header. They count on: tests
    look at the growth."""
    with Pods(tmp_path_factory.mktemp("five"), 5, header="x-pod-name") as pods:
        yield pods


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"), "authority")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    """An authority that nobody here trusts."""
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")
