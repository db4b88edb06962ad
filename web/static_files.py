"""Style and script: their address changes with their content, so browsers keep them for ever.

They travel compressed. Pages do not: they hold the tokens of their forms beside what was typed, and the
length of a compressed page would tell of them (BREACH).
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

#: Kinds that become smaller; pictures are compressed already.
_TEXTS = frozenset({".css", ".js", ".svg"})


class KeptFiles(StaticFiles):
    """Static files that are asked for once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, to be kept for a year."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        file = Path(getattr(response, "path", ""))
        if file.suffix in _TEXTS:
            response.headers["Vary"] = "Accept-Encoding"
            if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                return _compressed(response, file)
        return response


def _compressed(response: Response, file: Path) -> Response:
    headers = {k: v for k, v in response.headers.items() if k not in {"content-length", "etag"}}
    content = _gzip(file, file.stat().st_mtime_ns)
    return Response(content, headers=headers | {"Content-Encoding": "gzip"})


@lru_cache(maxsize=32)
def _gzip(file: Path, _changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
