"""What tests of the desk's pages share: addresses of cases, and what their pages say."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.service.desk.models import Case


def address(case: Case, act: str = "") -> str:
    """The page of a case, or the address of an act of it."""
    return f"/desk/cases/{case.pk}/{act}"


def page_of(client: Client, case: Case, query: str = "") -> str:
    """What the page of a case says."""
    shown = client.get(address(case) + query)
    assert shown.status_code == 200
    return shown.content.decode()


def seen(case: Case) -> int:
    """The newest word of a case."""
    return Case.objects.get(pk=case.pk).last_word_id or 0


def a_file(name: str = "invoice.pdf", content: bytes = b"%PDF-1.4 words") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/x-anything")
