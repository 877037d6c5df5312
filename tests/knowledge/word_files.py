"""Word files, written by hand: the parts a .docx has, and those that it should not have."""

import zipfile
from html import escape
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.knowledge.making import picture

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
PICTURES = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="jpg" ContentType="image/jpeg"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    "</Types>"
)
ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="d" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{code}"><w:name w:val="{name}"/></w:style>'
    for code, name in [
        ("Rubrik", "Title"), ("Citat", "Quote"),
        *[(f"Rubrik{n}", f"heading {n}") for n in range(1, 10)],
    ]
)  # fmt: skip
LEVELS = "".join(
    f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="{{0}}"/></w:lvl>' for n in range(9)
)  # fmt: skip
NUMBERING = (
    f'<w:abstractNum w:abstractNumId="1">{LEVELS.format("bullet")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="2">{LEVELS.format("decimal")}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
)


def run(words: str, *marks: str) -> str:
    styled = "".join(f"<w:{mark}/>" for mark in marks)
    return f'<w:r><w:rPr>{styled}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def p(*parts: str, style: str = "", numbered: tuple[int, int] | None = None) -> str:
    """Of words, or of what `run` and the others make; in a list by its number and level."""
    inner = "".join(part if part.startswith("<") else run(part) for part in parts)
    marks = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        marks += (
            f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
        )
    return f"<w:p><w:pPr>{marks}</w:pPr>{inner}</w:p>"


def h(words: str, level: int = 1) -> str:
    return p(words, style=f"Rubrik{level}" if level else "Rubrik")


def table(*rows: tuple[str, ...]) -> str:
    """Cells are words, or blocks."""
    made = "".join(
        f"<w:tr>{''.join(f'<w:tc>{c if c.startswith(chr(60)) else p(c)}</w:tc>' for c in row)}</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{made}</w:tbl>"


def image(reference: str, alt: str = "", how: str = "embed") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{escape(alt)}"/><a:graphic><a:graphicData>'
        f'<pic:pic><pic:blipFill><a:blip r:{how}="{reference}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def link(reference: str, words: str) -> str:
    return f'<w:hyperlink r:id="{reference}">{run(words)}</w:hyperlink>'


def related(**targets: str) -> str:
    """References → targets; addresses from elsewhere are external, pictures too."""
    kinds = {"styles": "styles", "numbering": "numbering"}
    rows = ""
    for code, target in targets.items():
        kind = kinds.get(code, "image" if code.startswith("pic") else "hyperlink")
        mode = ' TargetMode="External"' if ":" in target or target.startswith("..") else ""
        rows += (
            f'<Relationship Id="{code}" Target="{escape(target)}" Type="{OFFICE}/{kind}"{mode}/>'
        )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def parts(*body: str, **targets: str) -> dict[str, str | bytes]:
    """Names → contents of a whole file; `targets` as in `related`."""
    document = f"<w:document {W} {R} {PICTURES}><w:body>{''.join(body)}</w:body></w:document>"
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "word/document.xml": document,
        "word/styles.xml": f"<w:styles {W}>{STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {W}>{NUMBERING}</w:numbering>",
        "word/_rels/document.xml.rels": related(
            styles="styles.xml", numbering="numbering.xml", **targets
        ),
    }


def packed(files: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def upload(data: bytes, name: str = "Bergvärme i Lund.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def word(*body: str, name: str = "Bergvärme i Lund.docx", **targets: str) -> SimpleUploadedFile:
    """A file of these blocks; `targets` as in `related`."""
    files = parts(*body, **targets)
    if any("media" in target for target in targets.values()):
        files["word/media/one.jpg"] = picture().read()
    return upload(packed(files), name)


class Resent(SimpleUploadedFile):
    """One that several requests send at once, each of them whole."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(name, content)
        self.whole = content

    def read(self, num_bytes: int | None = None) -> bytes:
        return self.whole
