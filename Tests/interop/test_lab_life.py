"""The lab over time: foreign clients see its pods come, age, vanish and go."""

import subprocess
import time
from types import SimpleNamespace

import grpc
import pytest
from dns import dig_records
from lbcheck import BINARY, environment
from test_instruments import HEALTH, call
from test_kubectl import Kubectl, rows
from test_lab import channel, running

NO_LIMIT = 2**31 - 1
SECOND = 1_000_000_000


def events(lab, kind=None):
    return [event for event in lab.command("events") if kind in (None, event["event"])]


def until(what, seconds=20):
    """The first value that is not false."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := what():
            return value
        time.sleep(0.02)
    raise AssertionError("it never became true")


def test_grpcio_reconnects_when_its_connection_is_old():
    with running("--pods", "1", "--max-connection-age", "1s") as lab:
        with channel(lab["target"]) as client:
            calls = 0
            while len({event["peer"] for event in events(lab, "goaway")}) < 3:
                call(client)
                calls += 1
        assert lab.counts()["mygrpc-0"] == calls
        said = events(lab, "goaway")
    assert {event["debug"] for event in said} == {"max_age"}
    assert {event["code"] for event in said} == {0}
    for peer in {event["peer"] for event in said}:
        first, *last = [event["last_stream"] for event in said if event["peer"] == peer]
        assert first == NO_LIMIT
        # A client without RPCs closes at the first GOAWAY, before there is a second.
        assert all(stream % 2 == 1 for stream in last) and len(last) <= 1
    # Each began after its predecessor's end, and lived for at least 0.9 s.
    firsts = [event["monotonic_ns"] for event in said if event["last_stream"] == NO_LIMIT]
    assert all(after - before >= 0.9 * SECOND for before, after in zip(firsts, firsts[1:]))


def test_an_idle_grpcio_channel_is_told_max_idle():
    with running("--pods", "1", "--max-connection-idle", "300ms") as lab:
        with channel(lab["target"]) as client:
            call(client)
            told = until(lambda: events(lab, "goaway"))
            assert told[0]["debug"] == "max_idle"
            call(client)


def test_grpcio_that_pings_too_often_is_told_so():
    with running("--pods", "1", "--keepalive-min-time", "1m") as lab:
        options = [
            ("grpc.keepalive_time_ms", 100), ("grpc.keepalive_timeout_ms", 5000),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.max_pings_without_data", 0),
            ("grpc.http2.min_sent_ping_interval_without_data_ms", 100),
            ("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(lab["target"], options) as client:
            call(client)
            (told, *_) = until(lambda: events(lab, "goaway"))
        assert (told["code"], told["debug"]) == (11, "too_many_pings")


def test_a_black_hole_hangs_curl_and_grpcio():
    with running("--pods", "1") as lab:
        address = f"{lab['pods'][0]['address']}:{lab['port']}"
        with channel(lab["target"]) as client:
            call(client)
            lab.command("blackhole mygrpc-0")
            with pytest.raises(grpc.RpcError) as failure:
                call(client, timeout=1)
            assert failure.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
            curl = subprocess.run(
                ["curl", "-sS", "-m", "1", "--http2-prior-knowledge", f"http://{address}/"],
                capture_output=True, text=True)
            assert curl.returncode == 28, curl.stderr
            assert "Connection timed out" in curl.stderr or "timed out" in curl.stderr
            assert lab.counts() == {"mygrpc-0": 1}
            lab.command("revive mygrpc-0")
            call(client, timeout=20)


def test_grpcio_with_keepalive_leaves_a_black_hole():
    with running("--pods", "2") as lab:
        options = [
            ("grpc.keepalive_time_ms", 300), ("grpc.keepalive_timeout_ms", 300),
            ("grpc.http2.max_pings_without_data", 0), ("grpc.use_local_subchannel_pool", 1),
            ("grpc.lb_policy_name", "round_robin")]
        with grpc.insecure_channel(lab["target"], options) as client:
            while 0 in lab.counts().values():
                call(client)
            lab.command("blackhole mygrpc-1")
            stub = client.unary_unary(HEALTH, lambda data: data, lambda data: data)
            with pytest.raises(grpc.RpcError) as failure:
                for _ in range(2):
                    stub(b"", timeout=20)
            assert failure.value.code() == grpc.StatusCode.UNAVAILABLE
            before = lab.counts()
            call(client, times=20)
            after = lab.counts()
        assert after["mygrpc-0"] - before["mygrpc-0"] == 20


def test_a_rolling_restart_loses_no_rpc_of_grpcio():
    with running("--pods", "3", "--start-up", "200ms") as lab:
        # Its floor of 30 s between look-ups is longer than the whole restart.
        options = [
            ("grpc.lb_policy_name", "round_robin"), ("grpc.use_local_subchannel_pool", 1),
            ("grpc.dns_min_time_between_resolutions_ms", 50)]
        with grpc.insecure_channel(lab["target"], options) as client:
            while 0 in lab.counts().values():
                call(client)
            before = sum(lab.counts().values())
            lab.process.stdin.write("restart\n")
            lab.process.stdin.flush()
            calls = 0
            end = time.monotonic() + 2
            while time.monotonic() < end:
                call(client)
                calls += 1
            assert lab.process.stdout.readline() == "{}\n"
            counts = lab.counts()
            assert sum(counts.values()) - before == calls
            lives = {}
            for event in events(lab):
                lives.setdefault(event["pod"], []).append(event["event"])
    for old in range(3):
        life = lives[f"mygrpc-{old}"]
        assert life[-1] == "gone" and "terminating" in life
    for new in range(3, 6):
        life = [event for event in lives[f"mygrpc-{new}"] if "request" not in event]
        assert life == ["created", "ready", "in_api", "in_dns"]


def test_kubectl_sees_pods_come_and_go(tmp_path):
    with running(
            "--pods", "1", "--start-up", "3s", "--grace-period", "3s", "--ignore-sigterm") as lab:
        kubectl = Kubectl(lab, tmp_path)

        def pods():
            table = kubectl.run("get", "pods")
            return {row["NAME"]: (row["READY"], row["STATUS"]) for row in rows(table)}

        def conditions():
            (piece,) = kubectl.json(
                "get", "endpointslices", "-l", "kubernetes.io/service-name=mygrpc")["items"]
            return {
                endpoint["targetRef"]["name"]: tuple(
                    endpoint["conditions"][name] for name in ("ready", "serving", "terminating"))
                for endpoint in piece["endpoints"]}

        lab.command("scale 2")
        assert pods()["mygrpc-1"] == ("0/1", "ContainerCreating")
        assert list(conditions()) == ["mygrpc-0"]
        until(lambda: pods()["mygrpc-1"] == ("1/1", "Running"))
        assert conditions()["mygrpc-1"] == (True, True, False)
        lab.command("scale 1")
        assert pods()["mygrpc-1"] == ("1/1", "Terminating")
        assert conditions() == {
            "mygrpc-0": (True, True, False), "mygrpc-1": (False, True, True)}
        pod = kubectl.json("get", "pod", "mygrpc-1")
        assert pod["metadata"]["deletionGracePeriodSeconds"] == 3
        until(lambda: "mygrpc-1" not in pods())
        assert list(conditions()) == ["mygrpc-0"]


def test_a_schedule_scales_and_a_cache_hides_it():
    with running(
            "--pods", "1", "--dns-cache", "30s", "--at", "2s", "scale=2",
            "--at", "2s kill=nobody", code=3) as lab:
        dns = SimpleNamespace(port=lab["dns"].rsplit(":", 1)[1])
        name = "mygrpc.default.svc.cluster.local"
        (first,) = dig_records(dns, name, "A")
        until(lambda: [e for e in events(lab, "in_dns") if e["pod"] == "mygrpc-1"])
        (later,) = dig_records(dns, name, "A")
        assert later[3] == first[3] and later[1] < first[1] == 30


@pytest.mark.parametrize("words, said", [
    (["scale=8"], "word 1: found 'scale=8', expected a time"),
    (["10s"], "word 2: found the end, expected scale=N"),
    (["10s", "scale=many"], "word 2: found 'scale=many', expected 'scale=N' with N from 0 to 1000"),
    (["10s restart 20x kill=a"], "word 3: found '20x'"),
    (["10s", "fly\x1b=a"], "word 2: found 'fly\\u{1B}=a'"),
])
def test_a_malformed_schedule_is_refused(words, said):
    result = subprocess.run(
        [BINARY, "lab", "--at", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env=environment(), timeout=20)
    assert result.returncode == 64
    assert said in result.stderr
    assert result.stdout == ""
