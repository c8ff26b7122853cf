"""Servers that refuse, reset and send away single streams: every attempt is accounted for."""

from h2_pod import h2_pod
from lbcheck import distribute


def measure(pod, *options):
    # The address is the pod: nothing has to be asked to find that out, and the pod counts no probes.
    report = distribute(
        f"ipv4:{pod.address}", "--identity", "peer", "--rpcs", "1000", *options)
    (row,) = report["pods"]
    assert row["rpcs"] + row["warmup"] == pod.answered, "its answers are the pod's own count"
    assert report["rpcs"]["warmup"] + report["rpcs"]["sent"] >= pod.requests
    return report


def test_refused_streams_are_retried_once():
    with h2_pod(lambda number: "REFUSED_STREAM" if number % 10 == 0 else "answer") as pod:
        report = measure(pod)
    assert report["rpcs"]["retried"] > 80
    assert report["rpcs"]["by_status"].keys() == {"OK"}
    # With ten in flight a retry may meet the next refusal; then it is final.
    assert report["rpcs"]["lost_by_cause"].keys() <= {"refused"}


def test_a_server_that_refuses_everything_is_no_endless_loop():
    refusing = lambda number: "answer" if number <= 40 else "REFUSED_STREAM"
    with h2_pod(refusing) as pod:
        report = distribute(f"ipv4:{pod.address}", "--rpcs", "100")
    assert report["rpcs"]["lost"] >= 90
    assert pod.requests <= 300


def test_reset_streams_are_lost():
    actions = {3: "INTERNAL_ERROR", 5: "CANCEL", 7: "ENHANCE_YOUR_CALM"}
    with h2_pod(lambda number: actions.get(number % 10, "answer")) as pod:
        report = measure(pod)
    assert 290 <= report["rpcs"]["lost"] <= 310
    assert report["rpcs"]["lost_by_cause"] == {"reset": report["rpcs"]["lost"]}


def test_trailers_only_answers_are_answers():
    with h2_pod(lambda number: "fail" if number % 2 else "answer") as pod:
        report = measure(pod)
    assert report["rpcs"]["lost"] == 0
    assert report["rpcs"]["by_status"].keys() == {"OK", "RESOURCE_EXHAUSTED"}


def test_streams_above_the_last_one_of_a_goaway_are_sent_again():
    with h2_pod(lambda number: "goaway" if number % 100 == 0 else "answer") as pod:
        report = measure(pod, "-r", "500")
    assert report["rpcs"]["by_status"].keys() == {"OK"}
    assert report["rpcs"]["lost_by_cause"].keys() <= {"refused"}
    away = [c["goaway"] for c in report["connections"] if c["goaway"]]
    assert len(away) >= 9
    assert all(end["code"] == "NO_ERROR" and end["debug"] == "max_age" for end in away)


def test_few_streams_at_a_time_make_rpcs_wait_and_lose_none():
    with h2_pod(lambda number: "answer", max_streams=2) as pod:
        report = measure(pod, "-c", "50")
    assert report["rpcs"]["by_status"] == {"OK": 1000}
    assert len(report["connections"]) == 1
