"""The API's schema as a file that people and programs read: `python -m tests.safety.openapi` writes it anew."""

import json
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/reference/openapi.json"


def schema() -> str:
    from rapport.api.application import api

    return json.dumps(json.loads(json.dumps(api.get_openapi_schema())), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    import django

    django.setup()
    PAGE.write_text(schema())
