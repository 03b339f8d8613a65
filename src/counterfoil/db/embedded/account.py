"""Who the embedded PostgreSQL runs as: the user who started us, or, for root, an account with no rights.

PostgreSQL refuses to run as root. Where we are root, the server gets the account `nobody`, the group of that account
may pass through our own folder, and a program that `nobody` cannot reach is copied there. No account is made, and no
permission outside our folder is changed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from counterfoil.errors import BadOption

#: Every system has this account; it may do nothing.
POWERLESS = "nobody"

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
        return self.may_pass(folder)

    def may_pass(self, folder: Path) -> bool:
        """Say whether the account can go through a folder, and through those above it."""
        return self.user is None or self._may("-x", folder)

    def own(self, path: Path) -> None:
        """Give the account a file or folder of ours."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def reachable_program(self, program: Path, copy: Path) -> Path:
        """Return a folder with the program that the account can run: as it is installed, else a copy.

        A copy that is there already is taken as it is; a half-made one is never there.
        """
        if self.user is None or self._may("-r", program / "share" / "postgresql" / "postgres.bki"):
            return program
        if not copy.exists():
            half = copy.with_name(f"{copy.name}.half")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(program, half, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
            for path in (half, *half.rglob("*")):
                os.chown(path, self.user, self.group or -1, follow_symlinks=False)
            half.rename(copy)
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


def account_for_server(name: str, preferred: Sequence[str] = (POWERLESS,)) -> Account:
    """Return who may run PostgreSQL here: for root, the first account of `preferred` that exists.

    `name` is what messages call the server.
    """
    if os.geteuid() != 0:
        return Account()
    for account in preferred:
        try:
            found = pwd.getpwnam(account)
        except KeyError:
            continue
        return Account(name=account, user=found.pw_uid, group=found.pw_gid)
    raise BadOption(
        f"{name}: PostgreSQL refuses to run as root, and there is no account {preferred[-1]!r}; run as another user"
    )


def account_of(path: Path) -> Account:
    """Return the account that owns a folder; for root only, who may act as anybody."""
    owner = path.stat()
    try:
        found = pwd.getpwuid(owner.st_uid).pw_name
    except KeyError:
        found = str(owner.st_uid)
    return Account(name=found, user=owner.st_uid, group=owner.st_gid)
