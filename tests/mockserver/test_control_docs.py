"""docs/control-api.md says what is true: its calls are those of the document, and its shell lines work."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reelmock.contracts.jsontree import member, text
from reelmock.mockserver.control_api import control_document
from reelmock.mockserver.live import listen

PAGE = (Path(__file__).parents[2] / "docs/control-api.md").read_text(encoding="utf-8")


def test_the_calls_are_those_of_the_document() -> None:
    listed = re.findall(r"^\| `([A-Z]+) (/\S*)` \| (.+) \|$", PAGE, re.MULTILINE)
    declared = [
        (method.upper(), path, text(operation, "summary"))
        for path, item in member(control_document(), "paths").items()
        for method, operation in member(item).items()
        if method != "parameters"
    ]
    assert listed == declared


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_shell_lines_work(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as free:
        port = str(free.getsockname()[1])
    [script] = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    command = ["sh", "-eu", "-c", script.replace("4011", port)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    for told in ('"name": "reelmock"', '"progression": "time:60,240"', '"id": "rule-1"', '"frozen": false'):
        assert told in done.stdout, done.stdout
    assert done.stdout.endswith('{"entries": []}')
