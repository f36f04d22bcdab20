"""Multipart uploads: one file in a named field."""

from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from api.domain.errors import Invalid, TooLarge

PICTURE_BYTES = 8 * 1024 * 1024


async def read_upload(request: Request[Any, Any, Any], field: str) -> bytes:
    """The bytes of the file in `field`. Raises Invalid if it is missing and TooLarge above 8 MiB."""
    form = await request.form()
    upload = form.get(field)
    if not isinstance(upload, UploadFile):
        raise Invalid(field, "send the picture as a multipart file in this field")
    data = await upload.read()
    if len(data) > PICTURE_BYTES:
        raise TooLarge(field=field, bytes=PICTURE_BYTES)
    return data
