"""How is a Vietnamese word found by who types it without diacritics?"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

from infraplan.names import fold

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["add_folded_words"]

_MARK = re.compile(r"<[^>]+>")


def add_folded_words(index: Path) -> None:
    """Add to each entry of a search index its words with diacritics once more without.

    They stand in the field of tags, which the site has no other use for and does not show.
    """
    held = json.loads(index.read_text(encoding="utf-8"))
    for entry in held["docs"]:
        said = html.unescape(_MARK.sub(" ", f"{entry['title']} {entry['text']}"))
        words = {word for word in re.findall(r"\w+", said.lower()) if fold(word) != word}
        folded = sorted({fold(word) for word in words})
        if folded:
            entry["tags"] = [" ".join(folded)]
    held["config"]["fields"]["tags"] = {"boost": 1.0}
    index.write_text(json.dumps(held, ensure_ascii=False, sort_keys=True), encoding="utf-8")
