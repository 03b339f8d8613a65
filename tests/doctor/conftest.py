"""Every test here may have a busy shop whose journal is sealed, in a database of its own."""

from __future__ import annotations

from tests.doctor.busy import busy as busy
from tests.doctor.busy import model as model
