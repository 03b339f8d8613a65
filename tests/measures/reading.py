"""Reads what Prometheus would read, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

#: Name and labels of a number.
Key = tuple[str, tuple[tuple[str, str], ...]]


def numbers(text: str) -> Mapping[Key, float]:
    """Return every number by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def number(text: str, name: str, **labels: str) -> float | None:
    """Return one number; None where it is not told."""
    return numbers(text).get((name, tuple(sorted(labels.items()))))


def summed(text: str, name: str) -> float:
    """Return the sum over all labels."""
    return sum(value for (found, _), value in numbers(text).items() if found == name)
