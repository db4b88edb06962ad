"""A phone's photo (HEIC) is taken, kept as it was, and shown as a picture."""

from __future__ import annotations

import io

import pillow_heif
import pytest
from PIL import Image

from services.documents import photos
from services.documents.kinds import media_type_of
from services.documents.photos import as_picture
from tests.support.people import APPLICANT


def photo(width: int = 320, height: int = 200) -> bytes:
    out = io.BytesIO()
    made = pillow_heif.from_pillow(Image.new("RGB", (width, height), (200, 30, 30)))
    made.info["exif"] = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"
    made.save(out, quality=40)
    return out.getvalue()


def test_a_photo_becomes_a_picture_without_what_the_phone_wrote():
    picture = as_picture(photo(3000, 1000))
    assert picture is not None
    with Image.open(io.BytesIO(picture)) as image:
        assert (image.format, image.size) == ("JPEG", (2560, 853))
        assert "exif" not in image.info
        red, green, _ = image.getpixel((10, 10))
        assert red > 150 > green


@pytest.mark.parametrize(
    "broken", [photo()[:200], photo()[:-400], b"\x00\x00\x00\x18ftypheic" + b"\xff" * 90]
)
def test_a_broken_photo_is_no_picture_and_no_fault(broken):
    assert as_picture(broken) is None


def test_a_photo_of_too_many_pixels_is_not_decoded(monkeypatch):
    monkeypatch.setattr(photos, "MOST_PIXELS", 1000)
    assert as_picture(photo()) is None


def test_a_photo_is_handed_in_kept_and_shown(town):
    content = photo()
    assert media_type_of(io.BytesIO(content)) == "image/heic"
    project = town.register()
    browser = town.browser(APPLICANT)
    form = browser.open(f"/projects/{project}/papers").form(f"/projects/{project}/papers")
    file = ("现场.heic", content, "image/heic")
    assert browser.send(form, files={"paper_plan": file}).status == 200
    address = f"/projects/{project}/papers/plan"
    looked_at = browser.client.get(address)
    assert looked_at.headers["content-type"] == "image/jpeg"
    assert looked_at.headers["content-disposition"].startswith("inline")
    assert looked_at.content.startswith(b"\xff\xd8\xff")
    page = browser.open(f"/projects/{project}/papers")
    assert page.html.count(f"{address}?original=1") == 1
    assert f"{address}?original=1" in browser.open(f"/projects/{project}/items/A1").html
    kept = browser.client.get(f"{address}?original=1")
    assert kept.content == content
    assert kept.headers["content-disposition"].startswith("attachment")
