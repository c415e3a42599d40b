"""A collector of traces that speaks OpenTelemetry's protocol (OTLP over HTTP) and keeps every span."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

PATH = "/v1/traces"


class TraceCollector:
    """`url` is what OTEL_EXPORTER_OTLP_ENDPOINT asks for."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Span]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), receiver(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["TraceCollector"]:
        # In a thread: the services send at any time, also while no test waits for anything.
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def keep(self, sent: ExportTraceServiceRequest) -> None:
        for resource in sent.resource_spans:
            names = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans.extend((names["service.name"], span) for span in scope.spans)

    def trace(self, trace_id: str) -> dict[str, tuple[str, Span]]:
        """What has come of that trace by now: the service and the span, by the span's name."""
        return {span.name: (service, span) for service, span in self.spans if span.trace_id.hex() == trace_id}


def receiver(collector: TraceCollector) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == PATH, self.path
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.keep(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *_args: object) -> None:
            """Nothing: it would only fill the test's output."""

    return Receiver
