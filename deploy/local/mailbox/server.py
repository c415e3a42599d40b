"""Both halves of the mailbox in one process: SMTP takes mail in, the site shows it."""

import asyncio
import signal

from aiohttp import web

from deploy.local.mailbox.kept_mail import KeptMail
from deploy.local.mailbox.site import make_site
from deploy.local.mailbox.smtp_server import RecordingHandler, listen, reply_by_address


async def serve(*, smtp_port: int, http_port: int) -> None:
    """On loopback only, until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    kept = KeptMail()
    smtp = await listen(RecordingHandler(kept, reply_by_address), port=smtp_port)
    runner = web.AppRunner(make_site(kept), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", http_port, shutdown_timeout=1).start()
    await stop.wait()
    smtp.close()
    await runner.cleanup()
