"""Every limit of the intake, by name: what is larger is refused or quarantined, never waited for."""

from __future__ import annotations

MEBIBYTE = 1 << 20

#: How much of a file is looked at to say what it is.
SAMPLE_BYTES_MAX = 256 << 10

#: A field larger than this is quarantined.
FIELD_BYTES_MAX = MEBIBYTE

#: A line, or a record with quoted line ends, larger than this makes the file unreadable.
RECORD_BYTES_MAX = 8 * MEBIBYTE

#: How much text is parsed before the rows are checked and kept; bounds the memory that text files take.
SEGMENT_BYTES_MAX = 64 * MEBIBYTE

#: A text file with more lines of the wrong width than this is not the table that its header says.
BROKEN_LINES_MAX = 1_000_000

#: Larger amounts are no sales of a shop, and sums of them would leave 64 bits.
AMOUNT_DIGITS_MAX = 15
AMOUNT_MINOR_MAX = 10**AMOUNT_DIGITS_MAX - 1

#: What `found` in the quarantine may show of a cell, in characters.
FOUND_LENGTH_MAX = 80

#: Files in one run, and folders inside each other.
FILES_MAX = 1_000_000
FOLDER_DEPTH_MAX = 64

#: An archive with more members, more unpacked bytes, or a higher ratio of unpacked to packed bytes is refused.
MEMBERS_MAX = 10_000
UNPACKED_BYTES_MAX = 64 << 30
RATIO_MAX = 250
#: The ratio says nothing about files as small as this.
RATIO_FREE_BYTES = 16 * MEBIBYTE

#: A workbook is held in memory by its reader, so its sheets may not be larger than this.
WORKBOOK_BYTES_MAX = 1 << 30
#: Every cell between the first and the last one of a sheet is held, the empty ones too.
WORKBOOK_CELLS_MAX = 50_000_000
#: The same where a process reads it that serves a shop meanwhile.
WORKBOOK_CELLS_MAX_LIVE = 5_000_000
#: What a process may take that opens a workbook for the first time, and how long.
WORKBOOK_MEMORY_MAX = 2 << 30
WORKBOOK_SECONDS_MAX = 300

#: So much of the disk is left free when an archive is unpacked.
DISK_RESERVE_BYTES = 256 * MEBIBYTE
