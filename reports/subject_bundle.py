"""What is held about one person as one file to download: the document and the page."""

import io
import zipfile

import msgspec

from graphsync.subject_export import SubjectExport
from reports.subject_page import as_json, page


def bundle(export: SubjectExport) -> bytes:
    """A zip of `person.json` and `person.html`; it is not encrypted, and kept nowhere."""
    document = msgspec.json.format(msgspec.json.encode(as_json(export)), indent=2)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("person.json", document)
        file.writestr("person.html", page(export))
    return made.getvalue()
