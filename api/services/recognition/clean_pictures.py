"""Pictures from outside: opened, turned upright, stripped of EXIF and encoded anew, so nothing else comes along."""

import asyncio
import io

from PIL import Image, ImageOps, UnidentifiedImageError

from api.domain.errors import Invalid, TooLarge

_PIXELS = 40_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")


async def fresh_jpeg(data: bytes, field: str, *, max_side: int, formats: tuple[str, ...] = _FORMATS) -> bytes:
    """A fresh JPEG of at most `max_side` pixels a side. Raises Invalid naming `field` when it is no picture."""
    return await asyncio.to_thread(_encode, data, field, max_side, formats)


def _encode(data: bytes, field: str, max_side: int, formats: tuple[str, ...]) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=formats) as picture:
            if picture.width * picture.height > _PIXELS:
                raise TooLarge(field=field, pixels=_PIXELS)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Invalid(field, f"not a readable picture ({', '.join(formats)})") from None
    upright.thumbnail((max_side, max_side))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=90)
    return out.getvalue()
