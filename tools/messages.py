"""Which messages of the code have no Vietnamese yet?

Reads the code as text (no import of it) and lists, as rows for ``catalog/messages/*.csv``, every
message without one: what is raised, faults, help of commands, and any other prose that a reader
may see. Run `python tools/messages.py`; it ends with 1 where something is missing.
"""

from __future__ import annotations

import ast
import csv
import inspect
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "infraplan"
SERVICE = ROOT / "api" / "infraplan_api"
TABLES = LIBRARY / "catalog" / "messages"

DRAWN = ("export", "maps", "report")
"""Folders whose other prose is markup or comes from words*.csv: only what they raise is read."""

PRINTED = ("access/store.py", "listen.py", "settings.py")
"""Files of the service whose messages `infraplan serve` and `infraplan keys` print."""

_PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z(<]")
_WORDS = re.compile(r"[a-z]{2,}")
_MARKUP = re.compile(r"</|<\w+ \w+=|<(br|h\d|li|p|small|table|td|tr|ul)>|<!doctype")
_CODE = re.compile(
    r"\(\?[:=]|IS NOT NULL|^\w+ IN \(|admin_level = '|^bytes \(|^link hop$|^bold cyan$|^\[bold"
    r"|^lon, lat$|sans-serif|^\s*(CREATE|INSERT|SELECT|UPDATE|PRAGMA) "
)
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯàáảãèéẻẽìíỉĩòóỏõùúủũỳýỷỹ\u1ea0-\u1ef9]")
_OWN_ERRORS = (
    "ClusterError",
    "CrsError",
    "DownloadError",
    "Fault",
    "InfeasibleError",
    "InputError",
    "MissingDataError",
    "MissingExtraError",
    "OutputError",
    "ParameterError",
)
_PLACES_OF_FAULT = 1  # the first argument of a Fault is a file


@dataclass(frozen=True)
class Message:
    """A message as it stands in the code: fixed words, and numbered holes for values."""

    where: str
    english: str
    plural: frozenset[int]
    """Holes that hold nothing but an ending, such as the "s" of a plural."""
    same: frozenset[int]
    """Holes whose value stands in an earlier hole, too."""


def _pieces(node: ast.AST) -> list[str | ast.AST] | None:
    """Return the fixed and the changing parts of a text, None where a node is no text."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return [p.value if isinstance(p, ast.Constant) else p for p in node.values]  # type: ignore[misc]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _pieces(node.left), _pieces(node.right)
        if left is None and right is None:
            return None
        return (left or [node.left]) + (right or [node.right])
    return None


def _text_of(node: ast.AST) -> ast.AST | None:
    """Return the text that a node is, or that it fills by ``format``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value if node.func.attr == "format" else node
    return node if _pieces(node) is not None else None


def _fixed(text: ast.AST) -> str:
    """Return the fixed words of a text."""
    return "".join(piece for piece in _pieces(text) or () if isinstance(piece, str))


def _message(where: str, pieces: list[str | ast.AST]) -> Message:
    """Return a text with its holes numbered."""
    english, holes = "", [p for p in pieces if not isinstance(p, str)]
    number = 0
    for piece in pieces:
        if isinstance(piece, str):
            english += piece.replace("{", "{{").replace("}", "}}") if holes else piece
        else:
            english += f"{{{number}}}"
            number += 1
    said = [ast.unparse(hole) for hole in holes]
    plural = {i for i, hole in enumerate(holes) if _is_ending(hole)}
    same = {i for i, text in enumerate(said) if text in said[:i]}
    return Message(where, english, frozenset(plural), frozenset(same))


def _is_ending(hole: ast.AST) -> bool:
    """Tell whether a hole chooses between short fixed endings, as for a plural."""
    value = hole.value if isinstance(hole, ast.FormattedValue) else hole
    if not isinstance(value, ast.IfExp):
        return False
    ends = (value.body, value.orelse)
    return all(isinstance(e, ast.Constant) and len(str(e.value)) <= len("have") for e in ends)


class _Reader(ast.NodeVisitor):
    """Collects the messages of one file."""

    def __init__(self, where: str, *, prose: bool) -> None:
        self.where, self.prose = where, prose
        self.found: list[Message] = []
        self._raised = 0
        self._skipped: set[int] = set()

    def visit(self, node: ast.AST) -> None:
        """Take a text, or look into a node."""
        if id(node) in self._skipped:
            return
        pieces = _pieces(node)
        if pieces is None:
            super().visit(node)
            return
        message = _message(f"{self.where}:{node.lineno}", pieces)  # type: ignore[attr-defined]
        if self._is_read(message.english):
            self.found.append(message)
        for piece in pieces:
            if not isinstance(piece, str):
                self.visit(piece)

    def _is_read(self, text: str) -> bool:
        """Tell whether people read a text."""
        if _VIETNAMESE.search(text) or _MARKUP.search(text) or _CODE.search(text):
            return False
        if self._raised and " " in text.strip():
            return bool(_WORDS.search(re.sub(r"\{\d+\}", "", text)))
        return (self.prose or bool(self._raised)) and bool(_PROSE.search(text))

    def visit_Call(self, node: ast.Call) -> None:
        """Look into a call; a text that stands beside its Vietnamese is none of ours."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        self._pass_over_pairs([*node.args, *(keyword.value for keyword in node.keywords)])
        if name not in _OWN_ERRORS:
            self.generic_visit(node)
            return
        self.visit(node.func)
        held = [*node.args, *(k.value for k in node.keywords if k.arg not in ("file", "column"))]
        if name == "Fault":
            held = held[_PLACES_OF_FAULT:]
        self._raised += 1
        for part in held:
            self.visit(part)
        self._raised -= 1

    def visit_Tuple(self, node: ast.Tuple) -> None:
        """Look into a tuple; a text that stands beside its Vietnamese is none of ours."""
        self._pass_over_pairs(node.elts)
        self.generic_visit(node)

    def _pass_over_pairs(self, nodes: list[ast.expr]) -> None:
        """Leave out texts among which some are Vietnamese."""
        texts = [text for node in nodes if (text := _text_of(node)) is not None]
        if any(_VIETNAMESE.search(_fixed(text)) for text in texts):
            self._skipped |= {id(text) for text in texts}

    def visit_Expr(self, node: ast.Expr) -> None:
        """Pass over docstrings."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Take the docstring of a command, which is its help; pass over annotations of others."""
        told = ast.get_docstring(node)
        if told and self.where.startswith("cli/") and node.name.endswith("_command"):
            text = " ".join(inspect.cleandoc(told).split())
            self.found.append(_message(f"{self.where}:{node.lineno}", [text]))
        self.generic_visit(node)


def messages() -> list[Message]:
    """Return every message of the library, and those that the service raises as the library's."""
    found: list[Message] = []
    for path in sorted(LIBRARY.rglob("*.py")):
        where = path.relative_to(LIBRARY).as_posix()
        reader = _Reader(where, prose=not where.startswith(DRAWN))
        reader.visit(ast.parse(path.read_text(encoding="utf-8")))
        found += reader.found
    for path in sorted(SERVICE.rglob("*.py")):
        inside = path.relative_to(SERVICE).as_posix()
        reader = _Reader(f"infraplan_api/{inside}", prose=inside.startswith(PRINTED))
        reader.visit(ast.parse(path.read_text(encoding="utf-8")))
        found += reader.found
    return found


def table() -> dict[str, str]:
    """Return the Vietnamese of each English message."""
    rows: dict[str, str] = {}
    for path in sorted(TABLES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows.update((row["en"], row["vi"]) for row in csv.DictReader(stream))
    return rows


def missing(told: list[Message]) -> list[Message]:
    """Return the messages that the tables do not hold, each once."""
    known = table()
    found = {m.english: m for m in told if m.english not in known}
    return list(found.values())


def main() -> int:
    """Print what is missing."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    absent = missing(messages())
    for message in absent:
        writer.writerow([message.english, "", message.where])
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
