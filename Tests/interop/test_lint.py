"""What lbcheck says C-core makes of a service config, beside what C-core makes of it."""

import json
import random
import subprocess

import grpc
import pytest

from lbcheck import BINARY, valid

FIXED = [
    "{}", "[]", "{", '{"a":1,"a":2}',
    '{"loadBalancingConfig":[{"round_robin":{}}]}',
    '{"loadBalancingConfig":{"round_robin":{}}}',
    '{"loadBalancingConfig":[]}',
    '{"loadBalancingConfig":[{"nope":{}},{"round_robin":{}}]}',
    '{"loadBalancingConfig":[{"nope":{}}]}',
    '{"loadBalancingConfig":[{"round_robin":{},"pick_first":{}}]}',
    '{"loadBalancingConfig":[{"round_robin":5}]}',
    '{"loadBalancingConfig":[{"ROUND_ROBIN":{}}]}',
    '{"loadBalancingConfig":[{"pick_first":{"shuffleAddressList":1}}]}',
    '{"loadBalancingConfig":[{"round_robin":{}},5]}',
    '{"loadBalancingPolicy":"ROUND_ROBIN"}',
    '{"loadBalancingPolicy":"nope"}',
    '{"loadBalancingPolicy":null}',
    '{"loadBalancingPolicy":"outlier_detection_experimental"}',
    '{"loadBalancingPolicy":"nope","loadBalancingConfig":[{"round_robin":{}}]}',
    '{"LoadBalancingPolicy":"nope"}',
]


def retry(**changes):
    policy = {
        "maxAttempts": 3, "initialBackoff": "0.1s", "maxBackoff": "1s",
        "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE"],
    }
    policy.update(changes)
    return {key: value for key, value in policy.items() if value is not Ellipsis}


def drawn(random):
    """A config of fields that are mostly right."""

    def one(*choices):
        return random.choice(choices)

    config = {}
    if random.random() < 0.6:
        config["loadBalancingConfig"] = one(
            [{"round_robin": {}}], [{"pick_first": {}}], [{"x": {}}, {"round_robin": {}}],
            [{"pick_first": {"shuffleAddressList": True}}], [{"x": {}}], [], {}, "round_robin")
    if random.random() < 0.3:
        config["loadBalancingPolicy"] = one("round_robin", "PICK_FIRST", "x", "", 5)
    if random.random() < 0.3:
        config["retryThrottling"] = one(
            {"maxTokens": 10, "tokenRatio": 0.1}, {"maxTokens": 0, "tokenRatio": 0.1},
            {"maxTokens": 10}, {"maxTokens": "7", "tokenRatio": "0.5"},
            {"maxTokens": 2000, "tokenRatio": 1}, {"maxTokens": 10.5, "tokenRatio": 1}, [])
    if random.random() < 0.2:
        config["healthCheckConfig"] = one({"serviceName": ""}, {"serviceName": 5}, {}, 7)
    methods = []
    for _ in range(random.randrange(3)):
        method = {
            "name": one(
                [{}], [{"service": "a"}], [{"service": "a", "method": "b"}], [{"method": "b"}],
                [{"service": "", "method": "b"}], [], {}, [{"service": "c"}, {"service": "c"}])
        }
        if random.random() < 0.4:
            method["timeout"] = one("1s", "0.5s", "100ms", "-1s", "1", 1, ".5s", "1.s")
        if random.random() < 0.3:
            method["waitForReady"] = one(True, False, "true", 1)
        if random.random() < 0.2:
            method["maxRequestMessageBytes"] = one(5, "5", -1, "x")
        if random.random() < 0.6:
            method["retryPolicy"] = one(
                retry(), retry(maxAttempts=1), retry(maxAttempts="4"), retry(maxAttempts=9),
                retry(initialBackoff="0s"), retry(maxBackoff=...), retry(backoffMultiplier=0),
                retry(retryableStatusCodes=[]), retry(retryableStatusCodes=["nope"]),
                retry(retryableStatusCodes=[14]), retry(retryableStatusCodes=["OK"]),
                retry(maxAttempts=2.5), [])
        methods.append(method)
    if methods:
        config["methodConfig"] = methods
    return json.dumps(config)


def linted(config):
    done = subprocess.run(
        [BINARY, "lint", config, "--client", "core", "-o", "json"],
        capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode in (0, 1), done.stderr
    report = valid(done.stdout)
    clients = report["clients"]
    accepted = bool(clients) and clients[0]["accepted"]
    # No error hides behind an accepted config, and none is accepted with one.
    assert accepted == (done.returncode == 0), report
    return accepted


def accepted_by_grpcio(config):
    """Channels with a config that C-core refuses are lame: the reason comes with every RPC."""
    with grpc.insecure_channel("127.0.0.1:1", options=[("grpc.service_config", config)]) as channel:
        with pytest.raises(grpc.RpcError) as error:
            channel.unary_unary("/lbcheck.Nothing/Listens")(b"", timeout=5)
    if error.value.code() == grpc.StatusCode.INVALID_ARGUMENT:
        assert "Failed to create channel" in error.value.details()
        return False
    return True


@pytest.mark.parametrize("config", FIXED)
def test_a_config_is_accepted_when_grpcio_accepts_it(config):
    assert linted(config) == accepted_by_grpcio(config)


def test_drawn_configs_are_accepted_when_grpcio_accepts_them():
    source = random.Random(20)
    outcomes = {True: 0, False: 0}
    for _ in range(250):
        config = drawn(source)
        expected = accepted_by_grpcio(config)
        assert linted(config) == expected, config
        outcomes[expected] += 1
    assert min(outcomes.values()) > 20, outcomes
