"""The instruments themselves, without lbcheck: what the other tests rely on holds."""

import grpc
import pytest
from dns import DNS, dig, dig_records
from h2_pod import h2_pod
from middle import nghttpd, nginx, virtual_ip
from pods import Pods

HEALTH = "/grpc.health.v1.Health/Check"


def call(channel, method=HEALTH, times=1, timeout=5):
    """Sends empty messages and returns the last call, for its headers."""
    stub = channel.unary_unary(method, lambda data: data, lambda data: data)
    for _ in range(times):
        _, last = stub.with_call(b"", timeout=timeout, wait_for_ready=True)
    return last


def growth(pods, before):
    return [pod.count - before[pod.endpoint] for pod in pods]


def test_pods_count_what_a_round_robin_client_sends(five):
    before = five.counts()
    options = [("grpc.lb_policy_name", "round_robin")]
    with grpc.insecure_channel(five.target, options) as channel:
        last = call(channel, times=100)
        assert dict(last.initial_metadata())["x-pod-name"].startswith("pod-")
        call(channel, "/any.Service/Method", times=100)
    counts = growth(five, before)
    assert sum(counts) == 200
    assert min(counts) > 30


def test_pick_first_uses_one_pod(five):
    before = five.counts()
    with grpc.insecure_channel(five.target) as channel:
        call(channel, times=50)
    assert growth(five, before) == [50, 0, 0, 0, 0]


def test_a_killed_pod_keeps_its_count(tmp_path):
    with Pods(tmp_path, 1) as pods:
        with grpc.insecure_channel(pods.target) as channel:
            call(channel, times=7)
        pods[0].kill()
        assert pods.total() == 7


def test_pods_fail_hang_and_lack_health_as_told(tmp_path):
    each = {0: {"fails_with": "RESOURCE_EXHAUSTED"}, 1: {"hangs": True}, 2: {"health": False}}
    expected = ["RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "UNIMPLEMENTED"]
    with Pods(tmp_path, 3, each) as pods:
        for pod, status in zip(pods, expected):
            with grpc.insecure_channel(pod.endpoint) as channel:
                with pytest.raises(grpc.RpcError) as error:
                    call(channel, timeout=0.5)
            assert error.value.code().name == status
            assert pod.count == 1


def test_dnsmasq_answers_and_changes(five, tmp_path):
    with DNS(tmp_path, {"pods.test": five.addresses[:2]}, "--cname=alias.test,pods.test",
             "--local-ttl=7", "--txt-record=_grpc_config.pods.test,grpc_config=[]") as dns:
        assert sorted(dig(dns, "pods.test", "A")) == five.addresses[:2]
        assert dig_records(dns, "alias.test", "A")[0] == ("alias.test", 7, "CNAME", "pods.test.")
        assert dig(dns, "_grpc_config.pods.test", "TXT") == ['"grpc_config=[]"']
        assert dig(dns, "absent.test", "A") == []
        dns.change("pods.test", five.addresses)
        before = five.counts()
        options = [("grpc.lb_policy_name", "round_robin")]
        with grpc.insecure_channel(dns.target("pods.test", five.port), options) as channel:
            call(channel, times=200)
        assert min(growth(five, before)) > 20


def test_nginx_spreads_calls_and_the_virtual_ip_connections(five, tmp_path):
    before = five.counts()
    with nginx(tmp_path / "nginx", five) as address, grpc.insecure_channel(address) as channel:
        call(channel, times=50)
    assert growth(five, before) == [10] * 5

    before = five.counts()
    with virtual_ip(five) as address, grpc.insecure_channel(address) as channel:
        call(channel, times=50)
    assert sorted(growth(five, before)) == [0, 0, 0, 0, 50]


def test_tls_pods_want_the_right_certificates(tmp_path, authority):
    pair = authority.sign("server", "DNS:pods.test,IP:127.0.0.11")
    client = authority.sign("client")
    tls = {"key": pair.key, "certificate": pair.certificate, "client_ca": authority.certificate}

    def read(path):
        with open(path, "rb") as file:
            return file.read()

    with Pods(tmp_path, 1, tls=tls) as pods:
        known = grpc.ssl_channel_credentials(
            read(authority.certificate), read(client.key), read(client.certificate))
        with grpc.secure_channel(pods[0].endpoint, known) as channel:
            call(channel)
        unknown = grpc.ssl_channel_credentials(read(authority.certificate))
        with grpc.secure_channel(pods[0].endpoint, unknown) as channel:
            stub = channel.unary_unary(HEALTH)
            with pytest.raises(grpc.RpcError):
                stub(b"", timeout=2)
        assert pods.total() == 1


def test_nghttpd_answers_as_grpc_or_not_at_all(tmp_path):
    with nghttpd(tmp_path, grpc=True) as address, grpc.insecure_channel(address) as channel:
        call(channel, "/bench.Bench/Answer.grpc")
        with pytest.raises(grpc.RpcError) as error:
            call(channel)
        assert error.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_the_h2_pod_does_as_it_is_told():
    acts = {1: "answer", 2: "fail", 3: "INTERNAL_ERROR", 4: "REFUSED_STREAM", 5: "goaway"}
    with h2_pod(lambda number: acts.get(number, "answer")) as pod:
        with grpc.insecure_channel(pod.address) as channel:
            call(channel)
            for status in ("RESOURCE_EXHAUSTED", "INTERNAL", "UNAVAILABLE"):
                with pytest.raises(grpc.RpcError) as error:
                    call(channel)
                assert error.value.code().name == status
            call(channel)  # answered, with GOAWAY
            call(channel)  # on a new connection
        assert pod.done == {
            "answer": 2, "fail": 1, "INTERNAL_ERROR": 1, "REFUSED_STREAM": 1, "goaway": 1}
        assert pod.answered == 4
