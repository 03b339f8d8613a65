"""Towns on disk, audited as anybody would audit them: their files, their own policy, nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.audit.run import AuditRequest, auditing
from counterfoil.policy import read_policy
from counterfoil.score.model import Score
from counterfoil.score.run import run_score
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world
from counterfoil.world.writing.schema import TRUTH

#: A fault or a finding: exception, merchant, subjects, diagnosis.
Told = tuple[str, str, frozenset[str | None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedTown:
    """A town, and what its audit says."""

    folder: Path
    findings: pa.Table
    score: Score

    def found(self) -> set[Told]:
        """Return what was found above `info`."""
        rows = [row for row in self.findings.to_pylist() if row["severity"] != "info"]
        told = {_told(row) for row in rows}
        assert len(told) == len(rows), "a finding is told twice"
        return told

    def planted(self) -> set[Told]:
        """Return what was planted."""
        return {_told(row) for row in pq.read_table(self.folder / f"{TRUTH}.parquet").to_pylist()}

    def outliers(self) -> set[tuple[str, str]]:
        """Return merchant and subject of whoever voids more than the peers: operators and terminals."""
        return {
            (row["merchant_id"], row["subject"])
            for row in self.findings.to_pylist()
            if row["diagnosis"] in {"operator_outlier", "terminal_outlier"}
        }

    def planted_operators(self) -> set[tuple[str, str]]:
        """Return merchant and subject of each operator who was planted."""
        merchants = json.loads((self.folder / "world.json").read_text(encoding="utf-8"))["merchants"]
        return {
            (each["merchant_id"], f"operator:{each['planted_operator']}")
            for each in merchants
            if each["planted_operator"] is not None
        }


def audited(parameters: WorldParameters, folder: Path) -> AuditedTown:
    """Make a town below a folder, audit its files with its own policy, and score what is found."""
    town, out = folder / "town", folder / "out"
    run_world(parameters, town)
    with auditing(AuditRequest(paths=[town], out=out, policy=read_policy(town / "policy.toml"))) as done:
        assert all(file.rows_read == file.rows_kept for file in done.shelf.files), "a town's row was not kept"
        return AuditedTown(folder=town, findings=done.findings, score=run_score(out, town))


def _told(row: Mapping[str, str | None]) -> Told:
    exception, merchant, diagnosis = (str(row[name]) for name in ("exception", "merchant_id", "diagnosis"))
    return exception, merchant, frozenset((row["subject"], row["other_subject"])), diagnosis
