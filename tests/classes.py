"""A class's computer for tests: the program of a classroom file, running as a process of its own."""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.lib.processes import stop_processes
from tests.services import free_port, wait_until


def oldest_python() -> str:
    """Return an interpreter of the oldest version that the program is made for, where one is installed; else our own."""
    installed = sorted(Path.home().glob(".pyenv/versions/3.8.*/bin/python3.8"))
    return next(map(str, installed), None) or shutil.which("python3.8") or sys.executable


@dataclass
class ClassComputer:
    """A computer on which a class is served. prefix: what stands before the command, such as `ip netns exec NAME`."""

    folder: Path
    port: int
    prefix: Sequence[str] = ()
    host: str = "127.0.0.1"
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder.parent / "class.log"

    @property
    def host_code(self) -> str:
        """The code that is shown in the window in which the class was started."""
        found = re.findall(r"code: (\w+)", self.log.read_text())
        return found[-1]

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [*self.prefix, oldest_python(), "-ESs", str(self.folder / "serve.py"), "--port", str(self.port)]
            self.process = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self.answers, seconds=20, what="the class", process=self.process)

    def answers(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """Let it end as by a power cut."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def export(self) -> subprocess.CompletedProcess:
        command = [oldest_python(), "-ESs", str(self.folder / "serve.py"), "--export"]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


@contextlib.contextmanager
def class_computer(folder: Path, **options: object) -> Iterator[ClassComputer]:
    """Serve a folder for as long as the block lasts."""
    computer = ClassComputer(folder, free_port(), **options)
    computer.start()
    try:
        yield computer
    finally:
        if computer.process:
            stop_processes([computer.process])
