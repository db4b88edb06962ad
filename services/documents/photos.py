"""A phone's photo (HEIC) as a picture that every browser shows; the photo itself stays as it was handed in."""

from __future__ import annotations

import io
from threading import BoundedSemaphore

import pi_heif

#: Pixels of the largest photo that is decoded, as the largest sensors of phones have; three bytes each.
MOST_PIXELS = 50_000_000
#: Megabytes of the largest file that is looked at.
MOST_BYTES = 30 * 1024 * 1024
#: Longer side of the picture.
SIDE = 2560
QUALITY = 85
#: One at a time: a photo takes a hundred times its file while it is decoded.
_turn = BoundedSemaphore(1)


def as_picture(content: bytes) -> bytes | None:
    """A photo as JPEG, upright, without what the phone wrote about place and device; ``None`` for one that
    cannot be decoded.
    """
    with _turn:
        try:
            photo = pi_heif.open_heif(io.BytesIO(content))
            width, height = photo.size
            if width * height > MOST_PIXELS:
                return None
            image = photo.to_pillow().convert("RGB")
        except (ValueError, RuntimeError, OSError, EOFError, SyntaxError):
            return None
        image.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=QUALITY)
        return out.getvalue()
