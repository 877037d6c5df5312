"""STORAGE_URL: where files lie. Settings import this, so it imports nothing of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def backend_of(url: str, *, folder: Path) -> dict[str, Any]:
    """Django's storage for `url`: empty for `folder`, `file:///path`, or `s3://key:secret@host/bucket`.

    An S3 URL takes `?region=` and, for a server without TLS, `?tls=0`.
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        location = unquote(parts.path) or str(folder)
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": location},
        }
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not parts.hostname or not bucket:
        raise ValueError(
            "STORAGE_URL must be file:///a/folder or s3://key:secret@host/bucket, "
            "and what stands there is neither."
        )
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "bucket_name": bucket,
            "endpoint_url": f"{'http' if query.get('tls') == '0' else 'https'}://{host}",
            "region_name": query.get("region"),
            # Every file goes out through a view that asks who may see it.
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
