"""What people call the severities of findings on the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.detectors.catalogue import Severity
from counterfoil.languages import Text

SEVERITIES: Mapping[Severity, Text] = {
    Severity.CRITICAL: Text(en="critical", zh="严重"),
    Severity.HIGH: Text(en="high", zh="高"),
    Severity.LOW: Text(en="low", zh="低"),
    Severity.INFO: Text(en="info", zh="提示"),
}
