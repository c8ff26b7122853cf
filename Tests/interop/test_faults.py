"""Pods that die, age, hang or leave while lbcheck measures: nothing disappears from its counts."""

from lbcheck import agrees, checked, distribute, start
from pods import Pods


def test_a_pod_killed_mid_run(tmp_path):
    with Pods(tmp_path, 3) as pods:
        running = start(pods.target, "--policy", "round_robin", "-z", "4s", "-r", "500")
        running.wait_for(lambda: pods[1].count > 200)
        pods[1].kill()
        result = running.end()
        assert result.code == 0, result.err
        report = checked(result)
        rows = {row["address"]: row for row in report["pods"]}
        for pod in (pods[0], pods[2]):
            row = rows[pod.endpoint]
            assert row["rpcs"] + row["warmup"] == pod.count
            assert row["lost"] == 0
        # What the dead pod had begun may have been lost on its way back.
        row = rows[pods[1].endpoint]
        answered = row["rpcs"] + row["warmup"]
        assert answered <= pods[1].count <= answered + row["lost"]
    assert report["rpcs"]["sent"] > 1500, "the others went on"
    ends = [c for c in report["connections"] if c["remote"] == pods[1].endpoint]
    assert ends[0]["closed_by"] in ("server", "network")
    assert any(end["closed_by"] == "connect_failed" for end in ends[1:])


def test_max_connection_age_loses_nothing(tmp_path):
    options = [["grpc.max_connection_age_ms", 1000], ["grpc.max_connection_age_grace_ms", 5000]]
    with Pods(tmp_path, 3, options=options) as pods:
        before = pods.counts()
        report = distribute(pods.target, "--policy", "round_robin", "-z", "5s", "-r", "500")
        agrees(report, pods, before)
    assert report["rpcs"]["lost"] == 0
    assert report["rpcs"]["by_status"].keys() == {"OK"}
    aged = [c for c in report["connections"] if c["goaway"]]
    assert len(aged) >= 6
    assert all(c["goaway"]["code"] == "NO_ERROR" for c in aged)
    assert any(c["closed_by"] == "goaway" for c in aged)


def test_pick_first_comes_back_to_the_first_address_after_goaway(tmp_path):
    options = [["grpc.max_connection_age_ms", 1000], ["grpc.max_connection_age_grace_ms", 5000]]
    with Pods(tmp_path, 3, options=options) as pods:
        before = pods.counts()
        report = distribute(pods.target, "-z", "4s", "-r", "300")
        agrees(report, pods, before)
    assert report["verdict"]["outcome"] == "pinned"
    assert len(report["connections"]) >= 3


def test_a_pod_that_hangs_until_the_deadline(tmp_path):
    with Pods(tmp_path, 3, {1: {"hangs": True}}) as pods:
        report = distribute(
            pods.target, "--policy", "round_robin", "--rpcs", "90", "--timeout", "300ms")
        rows = {row["address"]: row for row in report["pods"]}
        # The server knows the deadline as well: where its word comes first, it is an answer.
        hanging = rows[pods[1].endpoint]
        assert hanging["rpcs"] == report["rpcs"]["by_status"].get("DEADLINE_EXCEEDED", 0)
        assert hanging["rpcs"] + hanging["lost"] == 30
        assert pods[1].count >= 30
        for pod in (pods[0], pods[2]):
            row = rows[pod.endpoint]
            assert row["rpcs"] + row["warmup"] == pod.count
            assert row["rpcs"] == 30
    assert report["rpcs"]["lost"] == hanging["lost"]
    assert hanging["rpcs"] > 0 or report["verdict"]["outcome"] != "balanced"


def test_a_pod_that_shuts_down_gracefully(tmp_path):
    with Pods(tmp_path, 3) as pods:
        running = start(pods.target, "--policy", "round_robin", "-z", "4s", "-r", "500")
        running.wait_for(lambda: pods[2].count > 200)
        pods[2].stop()
        result = running.end()
        assert result.code == 0, result.err
        report = checked(result)
        rows = {row["address"]: row for row in report["pods"]}
        for pod in pods[:2]:
            row = rows[pod.endpoint]
            assert row["rpcs"] + row["warmup"] == pod.count
    ends = [c for c in report["connections"] if c["remote"] == pods[2].endpoint]
    assert ends[0]["goaway"] is not None


def test_an_address_nobody_serves_does_not_stop_the_others(tmp_path):
    with Pods(tmp_path, 2) as pods:
        before = pods.counts()
        report = distribute(
            f"{pods.target},127.0.0.99:{pods.port}", "--policy", "round_robin", "--rpcs", "200")
        rows = {row["address"]: row["rpcs"] for row in report["pods"]}
        silent = rows.pop(f"127.0.0.99:{pods.port}")
        assert silent == 0
        assert sorted(rows.values()) == [100, 100]
        assert sum(pod.count for pod in pods) - sum(before.values()) == (
            report["rpcs"]["sent"] + report["rpcs"]["warmup"])
    assert report["verdict"]["outcome"] != "balanced", "one of three is silent"
