"""A name server of one's own on a private port, whose records a test writes."""

import socketserver
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

LONGEST_STRING = 255


class Zone:
    """What the server knows: records by name and kind, and names about which it says nothing."""

    def __init__(self):
        self._records = {}
        self.silent = set()

    def set(self, name, kind, *values):
        """The records of that kind are now these; none takes them away."""
        written = [quoted(value) if kind == "TXT" else value for value in values]
        self._records.pop((name, kind), None)
        if written:
            self._records[name, kind] = written

    def answer(self, query):
        """None where the server keeps silent."""
        asked = query.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        if name in self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        if (name, kind) in self._records:
            response.answer.append(
                dns.rrset.from_text(asked.name, 60, "IN", kind, *self._records[name, kind])
            )
        elif not any(known == name for known, _ in self._records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response


def quoted(text):
    """A TXT record as strings of a length that one may have (RFC 1035 § 3.3.14)."""
    parts = [text[start : start + LONGEST_STRING] for start in range(0, len(text), LONGEST_STRING)]
    return " ".join(f'"{part}"' for part in parts)


@contextmanager
def serving(zone):
    """Its port on 127.0.0.1; in a thread, since what is tested asks without asyncio."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            content, socket = self.request
            response = zone.answer(dns.message.from_wire(content))
            if response is not None:
                socket.sendto(response.to_wire(), self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
