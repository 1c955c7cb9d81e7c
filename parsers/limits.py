"""How much of anything we are ready to read: the bounds that keep one mail from stopping the house."""

from dataclasses import dataclass, replace

_KIB = 1024
_MIB = 1024 * _KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for everything a stranger can send; what lies beyond becomes a named problem, never an error.

    Sizes are bytes, times are seconds.  The defaults leave an honest mail room to spare: Exchange lets
    36 MB through, a filled form is below 200 kB, a scan of ten pages below 15 MB.
    """

    mail_bytes: int = 64 * _MIB
    """Of a longer mail only the headers and the first text are read."""
    header_bytes: int = 256 * _KIB
    """One block of headers; 40,000 RFC 2231 parameters would take minutes otherwise."""
    headers: int = 1_000
    """Header fields in one block."""
    parameters: int = 100
    """Parameters of one header field (RFC 2045, 5.1)."""
    depth: int = 20
    """Multiparts within multiparts."""
    parts: int = 500
    """Parts of one mail, counting those that only hold others."""
    attachments: int = 100
    text_bytes: int = 2 * _MIB
    """One text part of a body, plain or HTML."""
    calendar_bytes: int = 512 * _KIB
    """One text/calendar part."""

    file_bytes: int = 20 * _MIB
    """One attached file, decoded."""
    unzipped_bytes: int = 128 * _MIB
    """Everything in one ZIP (a Word file is one), expanded."""
    zip_ratio: int = 200
    """Expanded to packed; judged only once more than `zip_free_bytes` came out."""
    zip_free_bytes: int = 16 * _MIB
    zip_members: int = 2_000
    zip_depth: int = 2
    """A ZIP in a mail is opened, one within it too; a third is not."""
    zips_within: int = 10
    """ZIPs in one ZIP, at any depth."""
    wrapped: int = 4
    """ZIPs, forwarded mails and Outlook's files around one document, one within another."""
    xml_bytes: int = 32 * _MIB
    """One XML part of a Word file, expanded."""
    pages: int = 200
    """Pages of one document."""
    picture_pixels: int = 80_000_000
    """Declared width times height of one picture; a photo has 12 to 50 million, an A4 scan at 600 dpi 35."""
    kept_pixels: int = 12_000_000
    """Of a larger picture a smaller one is read: A4 at 300 dpi has 9 million."""
    kept_pixels_of_all: int = 160_000_000
    """Of all pages of one scan together: 40 pages of A4 at 200 dpi, 480 MB."""
    scanned_pages: int = 40
    """Pages of one scan; reading one takes seconds."""
    page_characters: int = 60_000
    """Characters of a page's text layer; a page set in the smallest print has 15,000."""
    page_edges: int = 3_000
    """Ruled lines of a page; a form has 300."""
    page_crossings: int = 20_000
    """Level times upright lines of a page, once joined; a table of 60 columns and 100 rows has 6,000."""
    page_content_bytes: int = 8 * _MIB
    """What draws a page of a PDF, expanded; a page full of small print has 200 kB."""
    page_drawings: int = 3_000
    """How often one page of a PDF may draw something that is kept beside it, one within another."""
    page_cells: int = 2_000
    """Ruled cells of a page; a table that fills one has 700."""
    page_points: float = 3_500.0
    """The longer side of a page; A0 is 3,370 points."""
    signatures: int = 20
    """Digital signatures in one file."""
    pdf_objects: int = 200_000
    """Objects of a signed PDF that are compared with those of a later revision."""

    reader_seconds: float = 20.0
    """Wall-clock time of one call of a reader in its child process."""
    reader_cpu_seconds: float = 15.0
    """CPU time of one such call."""
    reader_bytes: int = 1024 * _MIB
    """Address space of the child process; where the system has no such limit it is not enforced."""

    paper_seconds: float = 180.0
    """As `reader_seconds`, for one document on paper: OCR of a page takes 3 s, of twenty a minute."""
    paper_cpu_seconds: float = 300.0
    """As `reader_cpu_seconds`, of all its threads together."""
    paper_bytes: int = 3 * 1024 * _MIB
    """As `reader_bytes`: the runtime of the models alone maps more than one gibibyte."""
    picture_bytes: int = 8 * _MIB
    """One picture of a page, slot or answer that is kept; a page at 200 dpi has 3 MB."""
    pictures_bytes: int = 32 * _MIB
    """All of them of one document."""

    @property
    def for_paper(self) -> "Limits":
        """Return the same limits with the roomier ones for the process that reads paper."""
        return replace(
            self,
            reader_seconds=self.paper_seconds,
            reader_cpu_seconds=self.paper_cpu_seconds,
            reader_bytes=self.paper_bytes,
        )


STANDARD = Limits()
"""The limits that hold when nobody says otherwise."""
