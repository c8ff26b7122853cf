"""Messages that lbcheck knows only through server reflection, against grpcio's."""

import json
import subprocess

import pytest
from lbcheck import BINARY, agrees, distribute, environment, run
from pods import Pods

BUY = ("--method", "shop.Store/Buy")


@pytest.fixture(scope="module", params=["v1", "v1alpha"])
def store(request, tmp_path_factory):
    """Three pods that say their names in messages only."""
    directory = tmp_path_factory.mktemp("store")
    with Pods(directory, 3, shop=True, reflection=request.param) as pods:
        yield pods


def probes(pods):
    return sum(pod.probes for pod in pods)


def refused(code, target, *options):
    """Nothing was measured; what was said, in one line."""
    result = run("distribute", target, *options)
    assert result.code == code, result.err or result.out
    assert result.out == ""
    return " ".join(result.err.split())


def test_json_becomes_the_message_and_a_field_names_the_pod(store):
    before, asked = store.counts(), probes(store)
    report = distribute(
        store.target, *BUY, "-d", '{"name": "pear", "count": 3}', "--identity", "body:pod",
        "--policy", "round_robin", "--rpcs", "300")
    agrees(report, store, before, key="pod")
    assert {pod["identity"] for pod in report["pods"]} == {"body:pod"}
    assert {pod["confidence"] for pod in report["pods"]} == {"certain"}
    assert report["rpcs"]["by_status"] == {"OK": 300}
    assert report["verdict"]["outcome"] == "balanced"
    assert report["rpcs"]["probes"] == probes(store) - asked > 0


def test_a_field_inside_a_message_and_the_method_as_grpcurl_takes_it(store):
    before = store.counts()
    report = distribute(
        store.target, "--method", "shop.Store.Buy", "--identity", "body:info.podName",
        "--policy", "round_robin", "--rpcs", "90")
    agrees(report, store, before, key="pod")
    assert {pod["identity"] for pod in report["pods"]} == {"body:info.podName"}


@pytest.mark.parametrize("argument", ["@FILE", "@-", "@"])
def test_the_message_may_be_in_a_file(argument, store, tmp_path):
    text = '{"name": "pear"}'
    file = tmp_path / "item.json"
    file.write_text(text)
    before = store.counts()
    done = subprocess.run(
        [BINARY, "distribute", store.target, *BUY, "-o", "json", "--rpcs", "20", "-d",
         argument.replace("FILE", str(file))],
        input=text, capture_output=True, text=True, env=environment(), timeout=60)
    assert done.returncode == 0, done.stderr
    rpcs = json.loads(done.stdout)["rpcs"]
    assert rpcs["by_status"] == {"OK": 20}
    assert sum(store.counts().values()) - sum(before.values()) == 20 + rpcs["warmup"]


def test_a_method_or_service_that_is_not_there(store):
    said = refused(3, store.target, "--method", "shop.Store/Sell", "-d", "{}")
    assert said.startswith("lbcheck: rpc: tried to learn the messages of /shop.Store/Sell")
    assert "shop.Store has no method Sell; methods: Buy, Browse" in said
    said = refused(3, store.target, "--method", "shop.Stall/Buy", "-d", "{}")
    assert "there is no service shop.Stall; services: " in said and "shop.Store" in said


def test_a_streaming_method(store):
    said = refused(64, store.target, "--method", "shop.Store/Browse", "-d", "{}")
    assert "no unary method: it streams responses" in said


@pytest.mark.parametrize("data, words", [
    ('{"count": "many"}', "column 11, count: "),
    ('{"nmae": "pear"}', "message shop.Item has no field nmae; fields: name, count"),
    ("[]", "an object with the fields of shop.Item is expected, not"),
])
def test_json_that_does_not_fit(data, words, store):
    before = store.counts()
    said = refused(64, store.target, *BUY, "-d", data)
    assert words in said
    assert "shop.Item has name (string), count (int32)" in said
    assert store.counts() == before


@pytest.mark.parametrize("field, words", [
    ("host", "message shop.Receipt has no field host; fields: pod, info, item"),
    ("info", "field info of shop.Receipt is a message, a list or a map"),
    ("info.tags", "field tags of shop.Info is a message, a list or a map"),
    ("pod.name", "field pod of shop.Receipt is no message"),
])
def test_a_field_that_cannot_name_the_pod(field, words, store):
    assert words in refused(64, store.target, *BUY, "--identity", f"body:{field}")


def test_without_reflection_it_is_said_what_to_do(tmp_path):
    with Pods(tmp_path, 1, shop=True) as pods:
        said = refused(3, pods.target, *BUY, "-d", "{}")
        assert "grpc.reflection.v1 and v1alpha are UNIMPLEMENTED" in said
        assert "--data-hex" in said and "reflection.Register(server)" in said
        said = refused(3, pods.target, *BUY, "--identity", "body:pod")
        assert "--identity header:NAME" in said
        assert pods.total() == 0


def test_reflection_keeps_tls_metadata_and_authority(tmp_path, authority):
    server = authority.sign("store", "DNS:pods.test")
    settings = {
        "tls": {"key": server.key, "certificate": server.certificate},
        "metadata": {"authorization": "Bearer s3cret"},
    }
    with Pods(tmp_path, 1, shop=True, reflection="v1", **settings) as pods:
        secure = [*BUY, "-d", "{}", "--cacert", authority.certificate,
                  "--servername", "pods.test", "--rpcs", "20"]
        said = refused(3, pods.target, *secure)
        assert "status UNAUTHENTICATED" in said and "(-H, --cert)" in said
        report = distribute(pods.target, *secure, "-H", "authorization: Bearer s3cret")
        assert report["rpcs"]["by_status"] == {"OK": 20}


def test_grpcs_own_test_service_names_its_server(tmp_path):
    with Pods(tmp_path, 3, shop=True) as pods:
        before = pods.counts()
        call = ("--method", "grpc.testing.TestService/UnaryCall", "--rpcs", "300")
        report = distribute(pods.target, *call, "--policy", "round_robin")
        agrees(report, pods, before, key="pod")
        assert {pod["identity"] for pod in report["pods"]} == {"body:server_id"}
        # Known without reflection, of which there is none; and what is given is what is sent.
        report = distribute(pods[0].endpoint, *call, "-d", '{"fillServerId": false}')
        assert [pod["identity"] for pod in report["pods"]] == ["body:hostname"]
        assert [pod["pod"] for pod in report["pods"]] == ["somewhere"]
