"""Golden files: HOMEROOM_GOLDEN=write pytest … writes them anew."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"


def golden(name: str, made: Any) -> None:
    """Compare with the golden file of this name, or write it. Joiners are spelt out, to be seen."""
    file = FOLDER / f"{name}.json"
    text = json.dumps(made, indent=1, ensure_ascii=False).replace("\u2060", "\\u2060") + "\n"
    if os.environ.get("HOMEROOM_GOLDEN") == "write":
        file.write_text(text)
    assert file.exists(), f"no {file.name}: write it with HOMEROOM_GOLDEN=write"
    assert json.loads(file.read_text()) == made
