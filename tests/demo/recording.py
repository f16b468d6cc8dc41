"""A line to Graph that writes down what passes: each request, those in a batch one by one."""

import http.client
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from api.demo.stage import Stage
from graphsync.sandbox.certificates import server_context

HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "date", "server"}


class Sent(NamedTuple):
    """One request as it left the product; `path` begins below /v1.0 and holds the query."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    status: int


class Recorder(ThreadingHTTPServer):
    """Takes requests over TLS with the tenant's own certificate and passes them on to it."""

    daemon_threads = True

    def __init__(self, tenant: Path, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.sent: list[Sent] = []
        self.batches: list[list[dict[str, Any]]] = []
        self.upstream = urlsplit(upstream).netloc
        self.trust = ssl.create_default_context(cafile=tenant / "ca.pem")
        self.socket = server_context(tenant).wrap_socket(self.socket, server_side=True)

    def note(
        self, method: str, path: str, headers: dict[str, str], body: bytes, answer: Any
    ) -> None:
        """Write down a call; of a batch its items, each with its own answer."""
        status, content = answer
        document = json.loads(body) if body else None
        below = path.removeprefix("/v1.0")
        if below != "/$batch":
            self.sent.append(Sent(method, below, headers, document, status))
            return
        self.batches.append(document["requests"])
        statuses = {one["id"]: one["status"] for one in json.loads(content)["responses"]}
        for item in document["requests"]:
            own = {name.lower(): value for name, value in item.get("headers", {}).items()}
            told = Sent(item["method"], item["url"], own, item.get("body"), statuses[item["id"]])
            self.sent.append(told)


class _Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Recorder

    def setup(self) -> None:
        super().setup()
        self._far = http.client.HTTPSConnection(self.server.upstream, context=self.server.trust)

    def finish(self) -> None:
        self._far.close()
        super().finish()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self._far.request(self.command, self.path, body or None, dict(self.headers))
        answer = self._far.getresponse()
        content = answer.read()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.note(self.command, self.path, headers, body, (answer.status, content))
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _pass_on  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Nothing: the recorder keeps what it is asked for."""


class RecordedStage(Stage):
    """The demo's stage with a recorder before Graph, and an app of these permissions alone."""

    def __init__(self, out: Path, permissions: list[str]) -> None:
        super().__init__(out)
        self.permissions = permissions
        self.recorder: Recorder

    @contextmanager
    def tenant(self) -> Iterator[None]:
        """The tenant with the recorder before it."""
        with super().tenant():
            lines = self.env_file.read_text("utf-8").splitlines()
            values = dict(line.split("=", 1) for line in lines)
            self.recorder = Recorder(self.out / "tenant", values["GRAPHSYNC_AUTHORITY"])
            serving = threading.Thread(target=self.recorder.serve_forever, daemon=True)
            serving.start()
            port = self.recorder.server_address[1]
            changed = {"GRAPHSYNC_GRAPH_URL": f"https://localhost:{port}/v1.0", **self._app()}
            text = "".join(f"{name}={value}\n" for name, value in (values | changed).items())
            self.env_file.write_text(text, "utf-8")
            try:
                yield
            finally:
                self.recorder.shutdown()
                serving.join()
                self.recorder.server_close()

    def _app(self) -> dict[str, str]:
        """An application that holds the permissions and nothing else."""
        far = http.client.HTTPSConnection(self.recorder.upstream, context=self.recorder.trust)
        wish = {"name": "as the guide says", "permissions": self.permissions}
        far.request("POST", "/_sandbox/apps", json.dumps(wish))
        app = json.loads(far.getresponse().read())
        far.close()
        return {"GRAPHSYNC_CLIENT_ID": app["clientId"], "GRAPHSYNC_CLIENT_SECRET": app["secret"]}
