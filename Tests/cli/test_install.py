"""The installed program works by itself, and its manual and completions are those of the program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from program import Program

ROOT = Path(__file__).resolve().parents[2]


def install(program: Program, *arguments: str, destination: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs scripts/install with the program."""
    environment = program.environment({"RISKENGINE": str(program.binary)})
    environment.pop("DESTDIR", None)
    if destination:
        environment["DESTDIR"] = str(destination)
    return subprocess.run([ROOT / "scripts" / "install", *arguments], env=environment, capture_output=True, text=True)


@pytest.fixture
def prefix(program: Program) -> Path:
    """Where the program is installed."""
    prefix = program.folder / "prefix"
    done = install(program, "--prefix", str(prefix))
    assert done.returncode == 0, done.stderr
    return prefix


def commands(program: Program) -> dict[str, dict[str, Any]]:
    """What the program says of its verbs."""
    dump = json.loads(program.ok("--experimental-dump-help").out)["command"]
    return {verb["commandName"]: verb for verb in dump["subcommands"] if verb["commandName"] != "help"}


def test_the_installed_program_runs_by_itself(program: Program, prefix: Path) -> None:
    """From another folder, without the environment it was built in, with libraries of the prefix and the system alone."""
    installed = prefix / "bin" / "riskengine"
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(program.folder)}
    run = subprocess.run([installed, "--version"], env=bare, capture_output=True, text=True, cwd="/")
    assert (run.returncode, run.stdout) == (0, program.ok("--version").out), run.stderr
    made = subprocess.run([installed, "simulate", "--assets", "40", "--periods", "20", "--industries", "4", "--out",
                           program.folder / "market"], env=bare, capture_output=True, text=True)
    assert made.returncode == 0 and (program.folder / "market" / "panel.parquet").is_file(), made.stderr
    # What the program brings is there; the loader takes it where the folder of the build is gone.
    needed = subprocess.run(["ldd", program.binary], capture_output=True, text=True, check=True).stdout
    brought = [line.split()[0] for line in needed.splitlines()
               if "=> /" in line and not line.split()[2].startswith(("/lib", "/usr/lib"))]
    assert brought and all((prefix / "lib" / "riskengine" / name).is_file() for name in brought)


def test_completions_are_those_of_the_program(program: Program, prefix: Path) -> None:
    """Byte for byte, where each shell looks for them."""
    for shell, path in (("bash", "bash-completion/completions/riskengine"), ("zsh", "zsh/site-functions/_riskengine"),
                        ("fish", "fish/vendor_completions.d/riskengine.fish")):
        assert (prefix / "share" / path).read_text() == program.ok("--generate-completion-script", shell).out


def test_the_manual_has_every_verb_and_option(program: Program, prefix: Path) -> None:
    """With what the help says of each; groff, where it is there, has nothing to object."""
    pages = prefix / "share" / "man" / "man1"
    verbs = commands(program)
    assert {page.name for page in pages.iterdir()} == {"riskengine.1", *(f"riskengine-{verb}.1" for verb in verbs)}
    whole = (pages / "riskengine.1").read_text()
    assert all(f"riskengine\\-{verb}" in whole for verb in verbs)
    assert all(f"\\fB{code}\\fR" in whole for code in (0, 64, 65, 66, 70, 73, 74, 75, 129, 130))
    for verb, command in verbs.items():
        text = (pages / f"riskengine-{verb}.1").read_text()
        for argument in command["arguments"]:
            if argument["shouldDisplay"] and argument["kind"] != "positional":
                assert f"\\-\\-{argument['preferredName']['name'].replace('-', chr(92) + '-')}" in text
        assert f"riskengine {verb}" in text.partition(".SH EXAMPLE")[2]
    if shutil.which("groff"):
        for page in pages.iterdir():
            done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", page], capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, ""), page


def test_an_installation_is_replaced_and_removed(program: Program, prefix: Path) -> None:
    """A second run changes no content; removing leaves what others have put there."""
    before = {path: path.read_bytes() for path in prefix.rglob("*") if path.is_file()}
    assert install(program, "--prefix", str(prefix)).returncode == 0
    assert {path: path.read_bytes() for path in prefix.rglob("*") if path.is_file()} == before
    stranger = prefix / "share" / "man" / "man1" / "other.1"
    stranger.write_text("of another program\n")
    assert install(program, "--prefix", str(prefix), "--uninstall").returncode == 0
    assert [path for path in prefix.rglob("*") if not path.is_dir()] == [stranger]
    assert install(program, "--prefix", str(prefix), "--uninstall").returncode == 66


def test_a_package_is_made_below_destdir(program: Program) -> None:
    """Nothing is written outside, and the links work once it is moved."""
    done = install(program, "--prefix", "/opt/riskengine", destination=program.folder / "package")
    assert done.returncode == 0, done.stderr
    link = program.folder / "package" / "opt" / "riskengine" / "bin" / "riskengine"
    assert os.readlink(link) == "../lib/riskengine/riskengine" and not Path("/opt/riskengine").exists()
    assert subprocess.run([link, "--version"], capture_output=True).returncode == 0


def test_wrong_arguments_of_the_installation(program: Program) -> None:
    """64, and nothing written; 73 where the prefix cannot be written."""
    for arguments in (("--prefix", "somewhere"), ("--quick",), ("--prefix",)):
        assert install(program, *arguments).returncode == 64
    (program.folder / "file").write_text("")
    done = install(program, "--prefix", str(program.folder / "file" / "below"))
    assert done.returncode == 73 and "cannot be created" in done.stderr
