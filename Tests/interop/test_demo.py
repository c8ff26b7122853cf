"""The demo: every claim holds, whatever the seed, in less than a minute."""

import pytest
from lbcheck import run, valid


@pytest.mark.parametrize("turn", range(2))
def test_every_claim_holds(turn):
    done = run("demo", "-o", "json")
    report = valid(done.out)
    failed = [claim for claim in report["claims"] if not claim["held"]]
    assert not failed, (report["seed"], failed)
    assert done.code == 0
    assert len(report["claims"]) == 17
    assert report["duration_s"] < 60
