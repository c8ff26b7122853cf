"""TLS with ALPN against grpcio pods, with certificates made by openssl."""

import pytest
from dns import DNS
from lbcheck import agrees, distribute, run
from pods import Pods


@pytest.fixture(scope="module")
def server(authority):
    return authority.sign("pods", "DNS:pods.test,IP:127.0.0.11,IP:127.0.0.12,IP:127.0.0.13")


@pytest.fixture(scope="module")
def secure(tmp_path_factory, server):
    """Three pods that serve TLS to everyone."""
    tls = {"key": server.key, "certificate": server.certificate}
    with Pods(tmp_path_factory.mktemp("secure"), 3, tls=tls) as pods:
        yield pods


def refused(*arguments, words=()):
    """No measurement, with phase tls named and the words among what is said."""
    result = run("distribute", *arguments, "--rpcs", "20")
    assert result.code == 3, result.err
    assert result.err.startswith("lbcheck: tls:"), result.err
    assert "try next:" in result.err
    for word in words:
        assert word.lower() in result.err.lower(), result.err


def test_counts_agree_over_tls(secure, authority, tmp_path):
    with DNS(tmp_path, {"pods.test": secure.addresses}) as dns:
        before = secure.counts()
        report = distribute(
            dns.target("pods.test", secure.port), "--policy", "round_robin", "--cacert",
            authority.certificate, "--rpcs", "600")
        agrees(report, secure, before)
    assert [pod["rpcs"] for pod in report["pods"]] == [200, 200, 200]


def test_an_address_is_verified_against_the_certificate(secure, authority):
    before = secure.counts()
    report = distribute(
        secure.target, "--policy", "round_robin", "--servername", "pods.test", "--cacert",
        authority.certificate, "--rpcs", "300")
    agrees(report, secure, before)


def test_an_unknown_authority_is_refused(secure, stranger):
    refused(secure.target, "--tls", words=["certificate"])
    refused(secure.target, "--cacert", stranger.certificate, words=["certificate"])


def test_verification_can_be_skipped(secure, stranger):
    before = secure.counts()
    report = distribute(
        secure.target, "--policy", "round_robin", "--insecure-skip-verify", "--rpcs", "300")
    agrees(report, secure, before)


def test_a_certificate_for_another_name_is_refused(secure, authority):
    refused(
        secure.target, "--cacert", authority.certificate, "--servername", "other.test",
        words=["other.test"])


def test_client_certificates(server, authority, stranger, tmp_path):
    tls = {"key": server.key, "certificate": server.certificate, "client_ca": authority.certificate}
    known, unknown = authority.sign("client"), stranger.sign("client")
    trust = ["--cacert", authority.certificate, "--servername", "pods.test"]
    with Pods(tmp_path, 2, tls=tls) as pods:
        before = pods.counts()
        report = distribute(
            pods.target, "--policy", "round_robin", *trust, "--cert", known.certificate, "--key",
            known.key, "--rpcs", "200")
        agrees(report, pods, before)
        served = pods.total()
        for options in ([], ["--cert", unknown.certificate, "--key", unknown.key]):
            result = run("distribute", pods.target, *trust, *options, "--rpcs", "20")
            assert result.code == 3
            assert result.err.startswith(("lbcheck: tls:", "lbcheck: connect:")), result.err
        assert pods.total() == served


def test_tls_and_cleartext_mixed_up(secure, five):
    refused(five.target, "--tls", words=["--plaintext"])
    result = run("distribute", secure.target, "--rpcs", "20")
    assert result.code == 3
    assert "--tls" in result.err
