"""The index of words, made one piece so that nothing of deleted words stays on disk.

SQLite before 3.41 adds a level to the index each time it is made one piece, and refuses all of it,
for good, from level 2,000 on. So now and then it is made anew from the records.
"""

from __future__ import annotations

from groundswell.store.sqlite import Writer

MOST_LEVELS = 500


def merge_words(writer: Writer) -> None:
    """Rewrite the index into one piece."""
    if levels(writer) < MOST_LEVELS:
        writer.do("merge_index")
        return
    writer.do("empty_index")
    writer.do("fill_index")


def levels(writer: Writer) -> int:
    """How many levels the index has: the first number after the four bytes of its settings."""
    count = 0
    for byte in writer.rows("index_structure")[0]["block"][4:]:
        count = count << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return count
