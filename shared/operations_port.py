"""The port for operators, which no gateway routes: /health/live, /health/ready and /metrics."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.metrics import REGISTRY
from shared.readiness import Readiness
from shared.settings import OperatedSettings, SettingsWrong
from shared.tracing import tracing


@asynccontextmanager
async def operated(settings: OperatedSettings, *, service: str) -> AsyncIterator[Readiness]:
    """The operator's side of a process for as long as the block lasts, which says when it is ready."""
    readiness = Readiness()
    async with tracing(settings.trace_endpoint, service=service), operations_port(settings, readiness):
        yield readiness


@asynccontextmanager
async def operations_port(settings: OperatedSettings, readiness: Readiness) -> AsyncIterator[None]:
    """Served until the block ends; raises SettingsWrong where OPS_HOST and OPS_PORT can't be used."""
    runner = web.AppRunner(operations_app(readiness), access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.ops_host, settings.ops_port).start()
        except OSError as error:
            raise SettingsWrong(f"OPS_HOST and OPS_PORT can't be used: {error.strerror or error}.") from None
        yield
    finally:
        await runner.cleanup()


def operations_app(readiness: Readiness) -> web.Application:
    async def get_live(_request: web.Request) -> web.Response:
        # Answered by the loop that does the work: no answer means that it hangs.
        failing = await readiness.failing()
        if failing:
            return web.json_response({"status": "failing", "failing": failing}, status=503, dumps=plain)
        return web.json_response({"status": "live"})

    async def get_ready(_request: web.Request) -> web.Response:
        missing = await readiness.missing()
        if missing:
            return web.json_response({"status": "not ready", "missing": missing}, status=503, dumps=plain)
        return web.json_response({"status": "ready"})

    async def get_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes(
        [
            web.get("/health/live", get_live),
            web.get("/health/ready", get_ready),
            web.get("/metrics", get_metrics),
        ]
    )
    return app


def plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
