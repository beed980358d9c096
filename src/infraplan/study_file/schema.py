"""What is the JSON Schema of a study file, for editors that help while writing one?"""

from __future__ import annotations

import json

from infraplan.study_file.parts import StudyFile

__all__ = ["json_schema"]


def json_schema() -> str:
    """Return the JSON Schema of a study file as text, the same bytes each time.

    Notes
    -----
    Editors with a TOML language server take it by a first line
    ``#:schema docs/study.schema.json``. What parts must go together is not in it: `infraplan
    check` says that.
    """
    schema = StudyFile.model_json_schema()
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
