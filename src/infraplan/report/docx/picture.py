"""How is a picture put into the document: how large, and with which text to be read out?"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from docx.shared import Mm

from infraplan.report.docx.markup import attribute

if TYPE_CHECKING:
    from docx.parts.document import DocumentPart

__all__ = ["picture_run"]

_PLACE: Final = "http://schemas.openxmlformats.org/drawingml/2006"


def picture_run(
    part: DocumentPart,
    png: bytes,
    *,
    within_mm: tuple[float, float],
    name: str,
    said: str,
    key: int,
) -> str:
    """Return a run with a picture as large as the given width and height allow.

    Parameters
    ----------
    part
        The document's part, which takes the picture's file.
    png
        The picture.
    within_mm
        Most width and height.
    name, said
        Name of the picture, and the text that is read out in its place.
    key
        A number that no other picture of the document has.
    """
    relation, image = part.get_or_add_image(BytesIO(png))
    width, height = (Mm(side) for side in within_mm)
    scale = min(width / image.px_width, height / image.px_height)
    wide, high = round(image.px_width * scale), round(image.px_height * scale)
    told = f"name={attribute(name)} descr={attribute(said)}"
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{key}" {told}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{_PLACE}/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{key}" {told}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
