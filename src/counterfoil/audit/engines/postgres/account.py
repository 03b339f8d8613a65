"""Who the embedded PostgreSQL runs as: the user who started us, or, for root, an account with no rights.

PostgreSQL refuses to run as root. Where we are root, the server gets the account `nobody`, the group of that account
may pass through the scratch folder, and a program that `nobody` cannot reach is copied there. No account is made, and
no permission outside the scratch folder is changed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from counterfoil.errors import BadOption

#: Every system has this account; it may do nothing.
_POWERLESS = "nobody"

_PASS_THROUGH = 0o710
_PROBE_SECONDS_MAX = 60


class _Switch(TypedDict, total=False):
    """What `subprocess` is told to change accounts."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account of the server; None: our own."""

    name: str = ""
    user: int | None = None
    group: int | None = None

    def for_subprocess(self) -> _Switch:
        """Return the arguments that make `subprocess` run something as this account."""
        if self.user is None or self.group is None:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def let_into(self, folder: Path) -> bool:
        """Let the account pass through a private folder of ours; False where it cannot even come that far.

        It still cannot list what lies there.
        """
        if self.group is None:
            return True
        os.chown(folder, -1, self.group)
        folder.chmod(_PASS_THROUGH)
        return self._may("-x", folder)

    def own(self, path: Path) -> None:
        """Give the account a file or folder of ours."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def reachable_program(self, program: Path, copy: Path) -> Path:
        """Return a folder with the program that the account can run: as it is installed, else a copy."""
        if self.user is None or self._may("-r", program / "share" / "postgresql" / "postgres.bki"):
            return program
        shutil.copytree(program, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        for path in (copy, *copy.rglob("*")):
            os.chown(path, self.user, self.group or -1, follow_symlinks=False)
        return copy

    def _may(self, test: str, path: Path) -> bool:
        probe = subprocess.run(  # noqa: S603  # a fixed question
            ["/bin/sh", "-c", f'test {test} "$0"', str(path)],
            check=False,
            cwd="/",
            stdin=subprocess.DEVNULL,
            timeout=_PROBE_SECONDS_MAX,
            **self.for_subprocess(),
        )
        return probe.returncode == 0


def account_for_server() -> Account:
    """Return who may run PostgreSQL here."""
    if os.geteuid() != 0:
        return Account()
    try:
        found = pwd.getpwnam(_POWERLESS)
    except KeyError as error:
        raise BadOption(
            f"--engine postgres: PostgreSQL refuses to run as root, and there is no account {_POWERLESS!r}; "
            "run as another user"
        ) from error
    return Account(name=_POWERLESS, user=found.pw_uid, group=found.pw_gid)
