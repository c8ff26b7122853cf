"""Servers whose answers name pods in ways that no honest pod does: memory stays bounded, nothing
reaches the terminal, and where there is nothing to believe the report says so."""

import random

import pytest
from h2_pod import h2_pod
from lbcheck import checked, distribute, options_for, peak_kib, run

FORMATS = "table wide json yaml csv junit github prometheus html".split()


def always(headers, trailers=()):
    """The same fields in every answer."""
    return lambda number: (list(headers), list(trailers))


def answering(fields):
    return h2_pod(lambda number: "answer", fields=fields)


def codes(report):
    return {finding["code"] for finding in report["findings"]}


def expect_nothing_told(report, pod):
    """A row of its own for what cannot be told, as large as the pod counted it."""
    (row,) = report["pods"]
    assert (row["identity"], row["confidence"]) == ("unknown", "none")
    assert row["rpcs"] + row["warmup"] == pod.answered - report["rpcs"]["probes"]
    verdict = report["verdict"]
    assert (verdict["outcome"], verdict["basis"]) == ("inconclusive", "opaque")
    assert "LBC0170" in codes(report)


def finding(report, code):
    (found,) = [finding for finding in report["findings"] if finding["code"] == code]
    return found


@pytest.fixture(scope="module")
def usual_memory():
    with answering(always([("x-pod-name", "pod-0")])) as pod:
        peak, result = peak_kib(*options_for(f"ipv4:{pod.address}", ["--rpcs", "500"]))
    assert result.code == 0, result.err
    return peak


def test_a_header_of_a_mebibyte_in_every_answer(usual_memory):
    with answering(always([("x-pod-name", "p" * (1 << 20))])) as pod:
        peak, result = peak_kib("distribute", f"ipv4:{pod.address}", "--rpcs", "500", "-r", "0")
    assert result.code == 3, result.err
    assert result.err.startswith("lbcheck: rpc: tried to call /grpc.health.v1.Health/Check")
    assert "header block of more than" in " ".join(result.err.split())
    assert peak < usual_memory + (8 << 10)


def test_a_header_of_a_mebibyte_now_and_then(usual_memory):
    huge, short = [("x-pod-name", "p" * (1 << 20))], [("x-pod-name", "pod-0")]
    with answering(lambda number: (huge if number % 100 == 0 else short, [])) as pod:
        peak, result = peak_kib(*options_for(f"ipv4:{pod.address}", ["--rpcs", "1000"]))
    report = checked(result)
    assert [row["pod"] for row in report["pods"] if row["rpcs"]] == ["pod-0"]
    assert report["rpcs"]["lost"] > 0
    assert {c["closed_by"] for c in report["connections"][:-1]} == {"protocol_error"}
    assert "header block of more than" in finding(report, "LBC0175")["evidence"]
    assert peak < usual_memory + (8 << 10)


def test_headers_longer_than_announced_cost_their_answer_alone():
    # SETTINGS_MAX_HEADER_LIST_SIZE is 16,384.
    long, short = [("x-pod-name", "p" * 20_000)], [("x-pod-name", "pod-0")]
    with answering(lambda number: (long if number % 4 == 0 else short, [])) as pod:
        report = distribute(f"ipv4:{pod.address}", "--rpcs", "400")
    rpcs = report["rpcs"]
    assert rpcs["lost_by_cause"] == {"not_grpc": rpcs["lost"]}
    assert 95 <= rpcs["lost"] <= 105
    (row,) = [row for row in report["pods"] if row["rpcs"]]
    assert row["pod"] == "pod-0" and row["rpcs"] == rpcs["answered"]
    assert len(report["connections"]) == 1
    assert "16384 bytes" in finding(report, "LBC0175")["evidence"]
    with answering(always(long)) as pod:
        result = run("distribute", f"ipv4:{pod.address}", "--rpcs", "100")
    assert result.code == 3 and "header list of more than 16384 bytes" in result.err


@pytest.mark.parametrize("form", FORMATS)
def test_terminal_escapes_in_a_name_are_shown_and_not_sent(form):
    evil = '\x1b[31m\x1b]0;owned\x07=cmd|"<script>::error::\x7f'
    with answering(always([("x-pod-name", evil), ("server", evil)])) as pod:
        result = run("distribute", f"ipv4:{pod.address}", "--rpcs", "100", "-o", form)
    assert result.code == 0, result.err
    text = result.out + result.err
    assert not [c for c in text if (ord(c) < 0x20 and c != "\n") or 0x7F <= ord(c) < 0xA0]
    assert "<script>" not in text or form in ("table", "wide", "json", "yaml", "csv", "github",
                                              "prometheus")
    if form == "github":
        assert all(line.startswith("::") for line in text.splitlines() if "::error::" in line[:9])


def test_another_pod_in_the_trailer_than_in_the_header():
    with answering(always([("x-pod-name", "pod-a")], [("x-pod-name", "pod-b")])) as pod:
        report = distribute(f"ipv4:{pod.address}", "--rpcs", "200")
        expect_nothing_told(report, pod)
    found = finding(report, "LBC0173")
    assert str(report["rpcs"]["answered"] + report["rpcs"]["warmup"]) in found["message"]


def test_the_field_that_was_asked_for_must_agree_with_itself_too():
    with answering(always([("x-me", "pod-a")], [("x-me", "pod-b")])) as pod:
        report = distribute(f"ipv4:{pod.address}", "--rpcs", "200", "--identity", "header:x-me")
        expect_nothing_told(report, pod)
    assert "LBC0173" in codes(report)


@pytest.mark.parametrize("rpcs", ["100", "500", "10000"])
def test_a_name_that_changes_with_every_answer(rpcs, usual_memory):
    draw = random.Random(1)
    with answering(lambda number: ([("x-pod-name", f"pod-{draw.getrandbits(64):x}")], [])) as pod:
        peak, result = peak_kib(*options_for(f"ipv4:{pod.address}", ["--rpcs", rpcs]))
        report = checked(result)
        expect_nothing_told(report, pod)
    assert "LBC0174" in codes(report)
    # A row for each of the first 4,096 names, and for no more.
    assert peak < usual_memory + (32 << 10)
