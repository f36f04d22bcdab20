"""The PWA's types are generated from a copy of the OpenAPI document: the copy must be current."""

from pathlib import Path

from api.app import openapi_document
from api.settings import from_environment

COPY = Path(__file__).parents[2] / "pwa" / "src" / "api" / "openapi.json"


def test_the_pwa_is_typed_by_todays_api() -> None:
    assert COPY.read_text() == openapi_document(from_environment({})) + "\n", "run `make openapi`"


def test_every_operation_says_what_it_is_for() -> None:
    import json

    document = json.loads(openapi_document(from_environment({})))
    operations = [op for path in document["paths"].values() for op in path.values() if isinstance(op, dict)]
    assert len(operations) > 55
    assert [op["operationId"] for op in operations if not op.get("summary")] == []
    assert '"examples"' in json.dumps(document)
