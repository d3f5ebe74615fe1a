import pytest
from django.test import Client


@pytest.mark.django_db
def test_styles_come_whole_with_their_type_and_may_be_kept(client: Client) -> None:
    answer = client.get("/static/css/rapport.css")

    assert answer.status_code == 200
    assert not answer.streaming
    assert answer["Content-Type"].startswith("text/css")
    assert "max-age" in answer["Cache-Control"]
    assert len(answer.content) == int(answer["Content-Length"]) > 100

    again = client.get("/static/css/rapport.css", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
