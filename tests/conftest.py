"""What holds for every test: properties are judged by what they say, never by how long they take."""

from __future__ import annotations

from hypothesis import settings

from tests.databases import addresses as addresses
from tests.databases import database as database
from tests.databases import postgres as postgres
from tests.databases import sealing as sealing

# A busy machine is no fault of the code; nothing in these tests may depend on a clock.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
