"""What the documentation tells others to run: it is YAML, lbcheck understands it, and the action for
GitHub does what it says."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from lbcheck import BINARY, DOCS, environment, run

PAGES = [DOCS.parent / "README.md", *sorted(DOCS.glob("*.md"))]
ACTION = DOCS / "examples" / "action.yml"
# Of apt-get, docker, helm, kubectl and swift.
FOREIGN = {
    "--encode", "--env", "--explicit-target-dependency-import-check", "--for", "--from",
    "--ignore-not-found", "--image", "--logs", "--name", "--no-install-recommends", "--restart",
    "--rm", "--stdin", "--user", "--volume", "--wait", "--watch"}


def blocks(page, language):
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def documents():
    """Every YAML document that a reader may copy."""
    texts = [text for page in PAGES for text in blocks(page, "yaml")]
    texts += [text for page in PAGES for groovy in blocks(page, "groovy")
              for text in re.findall(r"yaml '''\n(.*?)'''", groovy, re.DOTALL)]
    texts += [file.read_text() for file in (DOCS / "examples").iterdir()]
    return [document for text in texts for document in yaml.safe_load_all(text)]


def nodes(value):
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from nodes(child)


def is_understood(arguments, folder):
    """Whether this is no usage error. Nothing is asked: the target is a socket that is not there."""
    arguments = ["unix:/nowhere/socket" if "mygrpc" in word or "target" in word.lower()
                 or "Release" in word else word for word in arguments]
    arguments = [re.sub(r"=/?(textfile/)?([\w.]+)$", rf"={folder}/\2", word)
                 if re.match(r"(-o=)?\w+=\S+\.\w+$", word) else word for word in arguments]
    result = run(*arguments)
    assert result.code in (0, 1, 2, 3), (arguments, result.err)


def test_every_container_is_understood(tmp_path):
    found = [node for document in documents() for node in nodes(document)
             if isinstance(node, dict) and "lbcheck" in str(node.get("image")) and "args" in node]
    assert len(found) >= 4
    for container in found:
        assert container["args"][0] == "distribute"
        is_understood(container["args"], tmp_path)


def test_every_line_of_a_script_is_understood(tmp_path):
    texts = [node for document in documents() for node in nodes(document) if isinstance(node, str)]
    texts += [line for page in PAGES for groovy in blocks(page, "groovy")
              for line in re.findall(r"sh '(.*)'", groovy)]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("lbcheck ")]
    assert len(lines) >= 2
    for line in lines:
        is_understood(shlex.split(line)[1:], tmp_path)


def test_kinds_are_those_of_their_api():
    kinds = {(document["apiVersion"], document["kind"]) for document in documents()
             if isinstance(document, dict) and "kind" in document}
    assert kinds >= {
        ("batch/v1", "Job"), ("batch/v1", "CronJob"), ("v1", "Pod"),
        ("argoproj.io/v1alpha1", "AnalysisTemplate")}


def test_flags_in_the_documentation_exist():
    known, commands = set(), [[], ["lab"]]
    while commands:
        command = commands.pop()
        text = run(*command, "--help").out
        known |= set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", text))
        _, found, listed = text.partition("SUBCOMMANDS:\n")
        if found:
            commands += [
                [*command, name] for name in re.findall(r"^  ([a-z]\S*)", listed, re.MULTILINE)
                if name != "help"]
    assert "--policy" in known
    for page in [*PAGES, ACTION]:
        used = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", page.read_text()))
        assert used <= known | FOREIGN, (page.name, used - known - FOREIGN)


# The action


@pytest.fixture
def act(tmp_path, five):
    """Runs the action's own script, with a kubectl and a docker that run lbcheck here."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, script in {
        "kubectl": 'echo "$*" >> "$CALLS"; if [ "$1" = run ]; then while [ "$1" != -- ]; do shift; done; '
                   'shift; exec "$LBCHECK" "$@"; fi',
        # The folders that would be mounted are given as they are.
        "docker": 'for word; do case $word in *:/report) folder=${word%:/report};; esac; done; '
                  'while [ "$1" != report ]; do shift; done; set -- "${@//\\/report\\//$folder/}"; '
                  'exec "$LBCHECK" "$@"',
    }.items():
        file = programs / name
        file.write_text(f"#!/bin/bash\n{script}\n")
        file.chmod(0o755)
    action = yaml.safe_load(ACTION.read_text())
    (step,) = action["runs"]["steps"]
    variables = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "CALLS")}

    def act(**inputs):
        values = {name: setting.get("default") for name, setting in action["inputs"].items()} | inputs
        given = {
            name: values[re.fullmatch(r"\$\{\{ inputs\.(\w+) }}", expression)[1]]
            for name, expression in step["env"].items()}
        done = subprocess.run(
            # As GitHub runs `shell: bash`.
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env=environment(
                PATH=f"{programs}:{os.environ['PATH']}", RUNNER_TEMP=str(tmp_path), LBCHECK=BINARY,
                CI="true", **given, **{name: str(path) for name, path in variables.items()}),
            capture_output=True, text=True, timeout=60)
        outputs = dict(
            line.split("=", 1) for line in variables["GITHUB_OUTPUT"].read_text().splitlines())
        return done, outputs, {name: path.read_text() for name, path in variables.items()
                               if path.exists()}

    act.outputs = action["outputs"]
    return act


def target(pods):
    return "ipv4:" + ",".join(pod.endpoint for pod in pods)


def test_the_action_passes_and_leaves_its_reports(act, five):
    done, outputs, files = act(
        target=target(five), **{"assert": "balanced\nlost==0\n"}, options="--rpcs 50")
    assert done.returncode == 0, done.stderr
    assert outputs["outcome"] == "balanced"
    folder = Path(outputs["report"])
    assert sorted(file.name for file in folder.iterdir()) == [
        "lbcheck.html", "lbcheck.json", "lbcheck.xml"]
    report = json.loads((folder / "lbcheck.json").read_text())
    assert [assertion["assert"] for assertion in report["assertions"]] == ["balanced", "lost==0"]
    assert report["rpcs"]["answered"] == 50
    assert "| pod" in files["GITHUB_STEP_SUMMARY"]
    assert "delete pod lbcheck-" in files["CALLS"]
    assert set(act.outputs) <= set(outputs)


def test_the_action_fails_where_the_assertion_does(act, five):
    done, outputs, files = act(target=target(five), policy="pick_first", options="--rpcs 50")
    assert done.returncode == 1
    assert outputs["outcome"] == "pinned"
    assert "::error" in done.stdout
    assert "delete pod lbcheck-" in files["CALLS"]


def test_the_action_fails_without_a_target_and_runs_no_text(act, tmp_path):
    done, outputs, _ = act(target="")
    assert done.returncode == 64
    assert "outcome" not in outputs
    done, _, _ = act(target=f'"; touch {tmp_path}/owned; $(touch {tmp_path}/owned) #')
    assert done.returncode == 64
    assert not (tmp_path / "owned").exists()
