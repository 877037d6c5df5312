"""STORAGE_URL decides where files lie."""

from pathlib import Path

import pytest

from hub.storage import backend_of


def test_without_a_url_files_lie_in_the_folder() -> None:
    assert backend_of("", folder=Path("/srv/var/files"))["OPTIONS"] == {
        "location": "/srv/var/files"
    }


def test_file_url_names_another_folder() -> None:
    found = backend_of("file:///srv/kund%20%C3%A5", folder=Path("/unused"))
    assert found["OPTIONS"] == {"location": "/srv/kund å"}


def test_s3_url_names_everything() -> None:
    url = "s3://key:se%2Fcret@s3.example.org:9000/bucket?region=eu-north-1&tls=0"
    assert backend_of(url, folder=Path("/unused")) == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": "key",
            "secret_key": "se/cret",
            "bucket_name": "bucket",
            "endpoint_url": "http://s3.example.org:9000",
            "region_name": "eu-north-1",
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }


@pytest.mark.parametrize("url", ["ftp://host/bucket", "s3://host", "s3:///bucket"])
def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(ValueError, match="STORAGE_URL must be") as refused:
        backend_of(url, folder=Path("/unused"))
    assert url not in str(refused.value)
