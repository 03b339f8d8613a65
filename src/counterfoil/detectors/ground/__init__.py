"""What the five rules share, computed once a run and handed to them as tables; one noun a file."""

from counterfoil.detectors.ground.books import Books
from counterfoil.detectors.ground.calendar import Calendar
from counterfoil.detectors.ground.lay import Ground, lay_ground
from counterfoil.detectors.ground.workbench import Workbench

__all__ = ["Books", "Calendar", "Ground", "Workbench", "lay_ground"]
