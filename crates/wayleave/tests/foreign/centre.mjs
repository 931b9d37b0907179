// A message centre made of the npm package `smpp`, with the control side that the tests know from the simulated one.
// It names messages in hexadecimal and reports on them in decimal, as some centres do.
// Usage: node centre.mjs SYSTEM_ID PASSWORD_FILE, with the package found from the working directory.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const smpp = createRequire(join(process.cwd(), "package.json"))("smpp");
const [systemId, passwordFile] = process.argv.slice(2);
const password = readFileSync(passwordFile, "utf8").trim();

const inboxes = new Map();
const ledger = [];
const parts = new Map();
const sessions = new Set();
let behaviour = { receipt: "DELIVRD" };
let count = 0x1a0;

const note = (kind, fields) => ledger.push({ kind, ...fields });

function put(to, text, from) {
  const id = `m${count}`;
  const inbox = inboxes.get(to) ?? [];
  inbox.push({ id, from: `+${from}`, text, at: new Date().toISOString() });
  inboxes.set(to, inbox);
}

/** The whole text, once its last part is there. */
function whole(pdu) {
  const { message, udh } = pdu.short_message;
  const header = (udh ?? []).find((element) => element.length === 5 && element[0] === 0);
  if (!header) return message;
  const [reference, total, number] = header.subarray(2);
  const key = `${pdu.destination_addr}/${reference}`;
  const found = parts.get(key) ?? [];
  found[number - 1] = message;
  parts.set(key, found);
  return found.filter((part) => part !== undefined).length === total ? found.join("") : undefined;
}

function submitted(session, pdu) {
  count += 1;
  const text = whole(pdu);
  const lost = behaviour.receipt === "UNDELIV";
  note("submit_sm", { to: `+${pdu.destination_addr}`, validity: String(pdu.validity_period), lost });
  if (text !== undefined && !lost) put(pdu.destination_addr, text, pdu.source_addr);
  session.send(pdu.response({ message_id: count.toString(16).toUpperCase().padStart(8, "0") }));
  if (pdu.registered_delivery & 1 && behaviour.receipt) {
    session.deliver_sm({
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: 4,
      short_message: `id:${count} sub:001 dlvrd:000 submit date:2611220830 done date:2611220831 stat:${behaviour.receipt} err:000 text:`,
    });
  }
}

const centre = smpp.createServer({}, (session) => {
  session.on("bind_transceiver", (pdu) => {
    const known = pdu.system_id === systemId && pdu.password === password;
    if (known) sessions.add(session);
    session.send(pdu.response(known ? { system_id: "npm" } : { command_status: smpp.ESME_RBINDFAIL }));
  });
  session.on("submit_sm", (pdu) => submitted(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response()));
  session.on("close", () => sessions.delete(session));
  session.on("error", () => sessions.delete(session));
});

/** A person's reply, again and again until it is taken. */
function reply({ from, to, text }) {
  count += 1;
  const id = `r${count}`;
  const send = () => {
    const [session] = sessions;
    if (!session) return void setTimeout(send, 200);
    const pdu = {
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: from.slice(1),
      destination_addr: to.slice(1),
      short_message: text,
    };
    session.deliver_sm(pdu, (answer) => {
      if (answer.command_status === 0) note("reply-answered", { id });
      else setTimeout(send, 200);
    });
  };
  send();
  return { id };
}

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const control = createServer(async (request, response) => {
  const path = request.url.replace(/^\/control\//, "");
  const [route, number] = path.split("/");
  const json = (status, value) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (route === "ledger") return response.end(ledger.map((line) => `${JSON.stringify(line)}\n`).join(""));
  if (route === "inbox" && number) return json(200, inboxes.get(number.replace("+", "")) ?? []);
  if (route === "inbox") return json(200, Object.fromEntries([...inboxes].map(([to, texts]) => [`+${to}`, texts])));
  if (route === "reply") return json(202, reply(await body(request)));
  if (route === "behaviour") {
    behaviour = { ...behaviour, ...(await body(request)) };
    return json(200, behaviour);
  }
  return json(404, {});
});

centre.listen(0, "127.0.0.1", () => {
  control.listen(0, "127.0.0.1", () => {
    const ready = {
      control: `http://127.0.0.1:${control.address().port}/control`,
      smpp: `127.0.0.1:${centre.address().port}`,
    };
    console.log(`ready ${JSON.stringify(ready)}`);
  });
});
