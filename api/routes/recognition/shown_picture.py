"""A picture sent to somebody who may see it: never cached, and small if it is only a preview."""

from litestar import Response

from api.services.recognition.clean_pictures import fresh_jpeg

_PREVIEW_PIXELS = 320


async def picture(jpeg: bytes, *, preview: bool = False) -> Response[bytes]:
    """`preview`: small, for a list; deciding requires having opened the full size."""
    if preview:
        jpeg = await fresh_jpeg(jpeg, "picture", max_side=_PREVIEW_PIXELS)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})
