from urllib.parse import unquote, urlsplit


def s3_storage(url: str, *, prefix: str, public: bool) -> dict:
    """Return the STORAGES entry for an S3-compatible store given as s3://key:secret@host/bucket (extra: storage).

    public: files get plain addresses; otherwise every address is signed and lapses.
    """
    parts = urlsplit(url)
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "endpoint_url": f"https://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
            "bucket_name": parts.path.strip("/"),
            "location": prefix,
            "querystring_auth": not public,
            "file_overwrite": False,
        },
    }
