"""Variables that look like settings and are none are told of; those of the client for crawlers are none of ours."""

import pytest

from worker.settings import unknown_variables


def test_misspelt_variables_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEHUSK_PROT", "DEHUSK_PORT", "DEHUSK_CONFIG", "DEHUSK_URL", "DEHUSK_TOKEN", "DEHUSK_PROXY_NETWORKS"):
        monkeypatch.setenv(name, "1")
    assert unknown_variables() == ["DEHUSK_PROT"]
