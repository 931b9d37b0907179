"""A message centre made of the PyPI package `smppy`, with the control side that the tests know from the simulated one.

Its answers name no message at all, and its receipts name none either.
Usage: python centre.py SYSTEM_ID PASSWORD_FILE
"""

import asyncio
import io
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from smpp.pdu.operations import DeliverSM, SubmitSM
from smpp.pdu.pdu_encoding import PDUEncoder
from smpp.pdu.pdu_types import (
    AddrNpi, AddrTon, CommandId, CommandStatus, DataCoding, DataCodingDefault, EsmClass, EsmClassMode, EsmClassType,
    PriorityFlag, RegisteredDelivery, RegisteredDeliveryReceipt, ReplaceIfPresentFlag,
)
from smppy import Application
from smppy.server import SmppProtocol

SYSTEM_ID, PASSWORD = sys.argv[1], Path(sys.argv[2]).read_text().strip()


def plain(value):
    """A text, whether the package hands it over as such or as octets."""
    return value.decode() if isinstance(value, bytes) else value


class Centre(Application):
    """Takes texts, and hands replies to whoever is bound."""

    def __init__(self):
        super().__init__(name="pypi")
        self.clients, self.inboxes, self.ledger, self.parts = [], {}, [], {}
        self.behaviour = {"receipt": "DELIVRD"}
        self.count = 0

    async def handle_bound_client(self, client):
        known = (plain(client.system_id), plain(client.password)) == (SYSTEM_ID, PASSWORD)
        if known:
            self.clients.append(client)
        return client if known else None

    async def handle_unbound_client(self, client):
        self.clients.remove(client)

    async def handle_sms_received(self, client, source_number, dest_number, text):
        to, source = plain(dest_number), plain(source_number)
        lost = self.behaviour["receipt"] == "UNDELIV"
        self.ledger.append({"kind": "submit_sm", "to": "+" + to, "lost": lost})
        whole = self.join(to, client._protocol.last)
        if whole is not None and not lost:
            entry = {"id": "m%d" % len(self.ledger), "from": "+" + source, "text": whole, "at": "2026-11-22T08:30:00Z"}
            self.inboxes.setdefault(to, []).append(entry)
        if self.behaviour["receipt"]:
            client._protocol.send_receipt(to, source, self.behaviour["receipt"])

    def join(self, to, octets):
        """The whole text, once its last part is there; the package decodes each part for itself."""
        (has_header, ucs2, message) = octets
        header, text = (message[3:6], message[6:]) if has_header else (None, message)
        text = text.decode("utf-16-be" if ucs2 else "latin-1")
        if header is None:
            return text
        found = self.parts.setdefault((to, header[0]), {})
        found[header[2]] = text
        return "".join(found[n] for n in sorted(found)) if len(found) == header[1] else None

    async def reply(self, wish):
        while not self.clients:
            await asyncio.sleep(0.2)
        client = self.clients[-1]
        client._protocol.awaited.append(wish["id"])
        await client.send_sms(source=wish["from"][1:], dest=wish["to"][1:], text=wish["text"])


class Protocol(SmppProtocol):
    """The package's own, which is told what a part carried and what was answered."""

    def __init__(self, app):
        super().__init__(app)
        self.awaited, self.last = [], None

    def connection_lost(self, exc):
        super().connection_lost(exc)
        self.app.clients = [client for client in self.app.clients if client is not self._client]

    async def handle_data_received(self, data):
        # The package reads one unit of each chunk; several that came together are handed to it one by one.
        while data:
            length = int.from_bytes(data[:4], "big")
            unit, data = data[:length], data[length:]
            pdu = PDUEncoder().decode(io.BytesIO(unit))
            if pdu.command_id == CommandId.submit_sm:
                submit = SubmitSM(sequence_number=pdu.sequence_number, **pdu.params)
                has_header = bool(submit.params["esm_class"].gsm_features)
                ucs2 = submit.params["data_coding"].scheme_data == DataCodingDefault.UCS2
                self.last = (has_header, ucs2, submit.params["short_message"])
            if pdu.command_id == CommandId.deliver_sm_resp and self.awaited and pdu.sequence_number < 1000:
                taken = self.awaited.pop(0)
                if pdu.status == CommandStatus.ESME_ROK:
                    self.app.ledger.append({"kind": "reply-answered", "id": taken})
            await super().handle_data_received(unit)

    def send_receipt(self, phone, to, stat):
        self.app.count += 1
        text = "sub:001 dlvrd:000 submit date:2611220830 done date:2611220831 stat:%s err:000 text:" % stat
        self._send_requests([DeliverSM(
            sequence_number=1000 + self.app.count, service_type=None, source_addr_ton=AddrTon.INTERNATIONAL,
            source_addr_npi=AddrNpi.ISDN, source_addr=phone, dest_addr_ton=AddrTon.INTERNATIONAL,
            dest_addr_npi=AddrNpi.ISDN, destination_addr=to,
            esm_class=EsmClass(EsmClassMode.DEFAULT, EsmClassType.SMSC_DELIVERY_RECEIPT), protocol_id=None,
            priority_flag=PriorityFlag.LEVEL_0,
            registered_delivery=RegisteredDelivery(RegisteredDeliveryReceipt.NO_SMSC_DELIVERY_RECEIPT_REQUESTED),
            replace_if_present_flag=ReplaceIfPresentFlag.DO_NOT_REPLACE,
            data_coding=DataCoding(scheme_data=DataCodingDefault.SMSC_DEFAULT_ALPHABET), short_message=text.encode(),
        )])


def control(centre, loop):
    """The control side, on a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def answer(self, status, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def body(self):
            return json.loads(self.rfile.read(int(self.headers["content-length"])))

        def do_GET(self):
            route = self.path.removeprefix("/control/").split("/")
            if route[0] == "ledger":
                self.answer(200, "".join(json.dumps(line) + "\n" for line in list(centre.ledger)))
            elif len(route) == 2:
                self.answer(200, json.dumps(centre.inboxes.get(route[1].lstrip("+"), [])))
            else:
                self.answer(200, json.dumps({"+" + to: texts for to, texts in list(centre.inboxes.items())}))

        def do_POST(self):
            centre.count += 1
            wish = dict(self.body(), id="r%d" % centre.count)
            asyncio.run_coroutine_threadsafe(centre.reply(wish), loop)
            self.answer(202, json.dumps({"id": wish["id"]}))

        def do_PUT(self):
            centre.behaviour.update(self.body())
            self.answer(200, json.dumps(centre.behaviour))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


async def main():
    loop, centre = asyncio.get_running_loop(), Centre()
    server = await loop.create_server(lambda: Protocol(centre), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    ready = {"control": "http://127.0.0.1:%d/control" % control(centre, loop), "smpp": "127.0.0.1:%d" % port}
    print("ready " + json.dumps(ready), flush=True)
    await server.serve_forever()


asyncio.run(main())
