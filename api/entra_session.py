"""The HTTP session that msal asks Entra with: our authority and our patience."""

from functools import partial
from pathlib import Path
from typing import Any

import requests

SECONDS = 20


class _Session(requests.Session):
    """Trusts what it was told. requests lets REQUESTS_CA_BUNDLE of the environment go before it."""

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        if self.verify is not True:
            verify = self.verify
        return super().merge_environment_settings(url, proxies, stream, verify, cert)


def session(ca_file: Path | None) -> requests.Session:
    """A session that trusts the certificates of this file, or else the system's."""
    made = _Session()
    made.verify = str(ca_file) if ca_file else True
    made.request = partial(made.request, timeout=SECONDS)  # type: ignore[method-assign]
    return made
