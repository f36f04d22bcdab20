"""The body of a handset's location message, whatever it is called: a form, JSON, or the text of an AML message."""

from urllib.parse import parse_qsl

import msgspec

_MOST_FIELDS = 100


def read(body: bytes) -> tuple[dict[str, object], str]:
    """The fields, and the text as it stands; never an error."""
    text = body.decode("utf-8", "replace")
    try:
        said = msgspec.json.decode(body)
    except msgspec.DecodeError:
        said = None
    if isinstance(said, dict):
        return {str(name): value for name, value in said.items()}, text
    try:
        return dict(parse_qsl(text, max_num_fields=_MOST_FIELDS)), text
    except ValueError:
        return {}, text
