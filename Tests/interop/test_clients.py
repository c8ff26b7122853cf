"""Client profiles beside real clients, and keepalive against a real server's enforcement."""

import grpc
import pytest
from concurrent import futures
from lbcheck import distribute

METHOD = "/grpc.health.v1.Health/Check"


class AnyMethod(grpc.GenericRpcHandler):
    """Answers every unary call, and names itself."""

    def __init__(self, name):
        self.name = name
        self.seen = 0

    def service(self, details):
        def answer(request, context):
            self.seen += 1
            context.send_initial_metadata((("x-pod-name", self.name),))
            return b""

        return grpc.unary_unary_rpc_method_handler(answer)


def server(name, address, options=()):
    handler = AnyMethod(name)
    served = grpc.server(futures.ThreadPoolExecutor(8), handlers=(handler,), options=list(options))
    port = served.add_insecure_port(address)
    served.start()
    return served, handler, port


@pytest.fixture
def three():
    """Three grpcio servers with one port."""
    first, one, port = server("pod-1", "127.0.0.11:0")
    second, two, _ = server("pod-2", f"127.0.0.12:{port}")
    third, three, _ = server("pod-3", f"127.0.0.13:{port}")
    yield [one, two, three], f"ipv4:127.0.0.11:{port},127.0.0.12:{port},127.0.0.13:{port}"
    for each in (first, second, third):
        each.stop(None)


def real(target, policy, count):
    """What a C-core client does: RPCs by server, one after another, after a warm-up."""
    config = f'{{"loadBalancingConfig":[{{"{policy}":{{}}}}]}}'
    options = [("grpc.service_config", config), ("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(target, options=options) as channel:
        call = channel.unary_unary(METHOD)
        order = []
        for _ in range(count):
            _, done = call.with_call(b"", timeout=5)
            order += [value for key, value in done.initial_metadata() if key == "x-pod-name"]
        return order


def test_core_as_grpcio(three):
    """Same servers: the real client and the profile agree on counts, cycle, and first address."""
    pods, target = three
    names = [pod.name for pod in pods]
    order = real(target, "round_robin", 330)[-300:]
    assert [order.count(name) for name in names] == [100, 100, 100]
    start = names.index(order[0])
    assert order == [names[(start + i) % 3] for i in range(300)], "address order from some start"
    report = distribute(target, "--policy", "round_robin", "--client", "core", "--rpcs", "300")
    assert report["policy"]["client"] == "core"
    assert sorted(pod["rpcs"] for pod in report["pods"]) == [100, 100, 100]

    assert set(real(target, "pick_first", 20)) == {"pod-1"}
    report = distribute(target, "--policy", "pick_first", "--client", "core", "--rpcs", "300")
    assert {pod["pod"] for pod in report["pods"] if pod["rpcs"]} == {"pod-1"}


def test_listed_twice(three):
    """An address that is listed twice has two turns in C-core, over one connection."""
    pods, target = three
    twice = "ipv4:" + ",".join([target[5:].split(",")[0]] * 2 + [target[5:].split(",")[1]])
    order = real(twice, "round_robin", 330)[-300:]
    report = distribute(twice, "--policy", "round_robin", "--client", "core", "--rpcs", "300")
    mine = {pod["pod"]: pod["rpcs"] for pod in report["pods"]}
    assert mine["pod-1"] == order.count("pod-1")
    assert mine["pod-2"] == order.count("pod-2")


def test_too_many_pings():
    """A grpcio server that enforces its minimum ends the connection of a client that pings more."""
    options = [
        ("grpc.http2.min_ping_interval_without_data_ms", 60_000),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 60_000),
        ("grpc.http2.max_ping_strikes", 1),
    ]
    served, _, port = server("pod-1", "127.0.0.11:0", options)
    try:
        report = distribute(
            f"127.0.0.11:{port}", "--client", "swift", "--keepalive-time", "100ms",
            "--keepalive-without-calls", "-z", "3s", "-r", "1", "-c", "1")
    finally:
        served.stop(None)
    told = [each["goaway"] for each in report["connections"] if each["goaway"]]
    assert told, report["connections"]
    assert told[0]["code"] == "ENHANCE_YOUR_CALM"
    assert told[0]["debug"] == "too_many_pings"
    assert report["connections"][0]["closed_by"] == "goaway"
    assert "LBC0192" in {finding["code"] for finding in report["findings"]}
    assert report["rpcs"]["lost"] == 0
    # The second connection pings half as often.
    lives = [
        each["closed_ms"] - each["opened_ms"] for each in report["connections"] if each["goaway"]]
    if len(lives) > 1:
        assert lives[1] > 1.5 * lives[0]


def test_keepalive_is_answered():
    """A server that allows the pings answers them."""
    options = [
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 10),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_ping_strikes", 0),
    ]
    served, handler, port = server("pod-1", "127.0.0.11:0", options)
    try:
        report = distribute(
            f"127.0.0.11:{port}", "--client", "core", "--keepalive-time", "50ms",
            "--keepalive-timeout", "5s", "-z", "1s", "-r", "5", "-c", "1")
    finally:
        served.stop(None)
    assert [each["closed_by"] for each in report["connections"]] == [None]
    sent = report["rpcs"]
    assert sent["answered"] + sent["warmup"] + sent["probes"] == handler.seen


class Flaky(grpc.GenericRpcHandler):
    """Answers the retries of an RPC, and refuses its first attempt."""

    def __init__(self):
        self.first = self.later = 0

    def service(self, details):
        if details.method != METHOD:
            return None
        earlier = dict(details.invocation_metadata).get("grpc-previous-rpc-attempts")

        def answer(request, context):
            if earlier is None:
                self.first += 1
                context.abort(grpc.StatusCode.UNAVAILABLE, "try again")
            self.later += 1
            return b""

        return grpc.unary_unary_rpc_method_handler(answer)


CONFIG = """{"loadBalancingConfig": [{"round_robin": {}}], "methodConfig": [{"name": [{}],
  "retryPolicy": {"maxAttempts": 3, "initialBackoff": "0.02s", "maxBackoff": "0.1s",
  "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE"]}}]}"""


def test_retries_of_a_service_config():
    """lbcheck and grpcio, given the same service config, show a server the same attempts."""
    # One thread, so that it counts exactly.
    served = grpc.server(futures.ThreadPoolExecutor(1))
    flaky = Flaky()
    served.add_generic_rpc_handlers((flaky,))
    port = served.add_insecure_port("127.0.0.1:0")
    served.start()
    try:
        with grpc.insecure_channel(
                f"127.0.0.1:{port}", [("grpc.service_config", CONFIG)]) as channel:
            call = channel.unary_unary(METHOD)
            for _ in range(20):
                assert call(b"", timeout=5) == b""
        assert (flaky.first, flaky.later) == (20, 20)
        for client in ("go", "core", "java"):
            flaky.first = flaky.later = 0
            report = distribute(
                f"ipv4:127.0.0.1:{port}", "--service-config", CONFIG, "--client", client,
                "--rpcs", "100")
            assert report["policy"]["name"] == "round_robin"
            rpcs = report["rpcs"]
            assert rpcs["by_status"] == {"OK": 100, "UNAVAILABLE": 100}
            assert rpcs["retried"] == 100
            assert rpcs["warmup"] + 200 == flaky.first + flaky.later
            assert flaky.first == flaky.later
    finally:
        served.stop(0)
