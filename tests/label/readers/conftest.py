"""The tiny models stand beside the tests, and are written with the tools' own ONNX writer."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve()
for folder in (HERE.parent, HERE.parents[3] / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
