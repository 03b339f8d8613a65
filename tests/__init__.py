"""Tests of Counterfoil; a package, so that suites can share tapes and the oracle."""
