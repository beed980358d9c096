"""What does MkDocs do beyond its own: made pages, folders in the navigation, equations, links?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import found
import made
import made_notebooks
import mathml
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_FONTS = made.ROOT / "src" / "infraplan" / "report" / "fonts"
"""The reports' family; where it is not laid, the site takes what the system has."""
_PAGES = {"benchmarks/README.md": "benchmarks.md", "data/README.md": "embedded-data.md"}
"""Files of the checkout that pages link to, and the page of the site that shows them."""


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are made from catalogue, code and notebooks; spread out the folders."""
    for path, content in made.pages().items():
        files.append(File.generated(config, path, content=content))
    for path, picture in made_notebooks.pictures().items():
        files.append(File.generated(config, path, content=picture))
    for font in sorted(_FONTS.glob("*.ttf")):
        files.append(File.generated(config, f"assets/{font.name}", content=font.read_bytes()))
    config.nav = _spread(config.nav, [f.src_uri for f in files.documentation_pages()])
    return files


def _spread(nav: Any, pages: list[str]) -> Any:  # noqa: ANN401 - a tree of lists and dicts
    """Replace each entry that names a folder by the pages in it; leave out a folder without."""
    if isinstance(nav, list):
        return [one for one in (_spread(entry, pages) for entry in nav) if one]
    if isinstance(nav, dict):
        found = {title: _spread(entry, pages) for title, entry in nav.items()}
        return {title: entry for title, entry in found.items() if entry}
    if isinstance(nav, str) and nav.endswith("/"):
        inside = sorted(p for p in pages if p.startswith(nav))
        return sorted(inside, key=lambda p: p != f"{nav}index.md")
    return nav


def on_page_markdown(markdown: str, *, page: Page, **_: object) -> str:
    """Lead links to files of the checkout to their page, or leave only their words."""
    up = "../" * page.file.src_uri.count("/")

    def led(match: re.Match[str]) -> str:
        words, target = match.groups()
        inside = target.removeprefix(f"{up}../")
        if inside == target:
            return match.group(0)
        return f"[{words}]({up}{_PAGES[inside]})" if inside in _PAGES else words

    return re.sub(r"\[([^\]]+)\]\(((?:\.\./)+[^)#]+)\)", led, markdown)


def on_page_content(html: str, **_: object) -> str:
    """Set the equations as MathML, which browsers draw without a script."""
    return mathml.set_equations(html)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Let the search find Vietnamese words that are typed without diacritics."""
    found.add_folded_words(Path(config.site_dir) / "search" / "search_index.json")
