// The phones' page: asks the simulator what lies on every phone, and does what its owner would do.

const POLL_MS = 1200;
const SENT_KEY = "wayleave-sim.sent";
const STATES = {
  "on": "On",
  "off": "Off",
  "unlocatable": "No position",
  "unknown-to-carrier": "Unknown to its carrier",
  "ported": "Moved to another carrier",
  "recycled": "New owner",
};

const list = document.getElementById("phones");
const template = document.getElementById("phone");
const find = document.getElementById("find");
const everybody = document.getElementById("everybody");
const trouble = document.getElementById("trouble");
const nobody = document.getElementById("nobody");
const cards = new Map();
const sent = readSent();

// What was sent from this browser; the message centre keeps only what phones receive.
function readSent() {
  try {
    return JSON.parse(sessionStorage.getItem(SENT_KEY)) ?? {};
  } catch {
    return {};
  }
}

function remember(number, text) {
  (sent[number] ??= []).push({ text, at: new Date().toISOString() });
  try {
    sessionStorage.setItem(SENT_KEY, JSON.stringify(sent));
  } catch {
    // Without storage the texts live as long as the page.
  }
}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const text = await response.text();
  let answer = text;
  try {
    answer = JSON.parse(text);
  } catch {
    // Some answers are plain sentences.
  }
  return { ok: response.ok, status: response.status, answer };
}

function shownNumber(number) {
  const match = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return match ? `+1 ${match[1]} ${match[2]} ${match[3]}` : number;
}

function shownTime(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function linksOf(text) {
  return [...text.matchAll(/https?:\/\/\S+/g)].map((match) => match[0].replace(/[.,;)!?]+$/, ""));
}

/** A text's words, with its links made into links. */
function paragraph(text) {
  const p = document.createElement("p");
  let at = 0;
  for (const link of linksOf(text)) {
    const start = text.indexOf(link, at);
    p.append(text.slice(at, start));
    const a = document.createElement("a");
    a.href = link;
    a.target = "_blank";
    a.rel = "noopener noreferrer";
    a.textContent = link;
    p.append(a);
    at = start + link.length;
  }
  p.append(text.slice(at));
  return p;
}

class Card {
  constructor(phone) {
    this.number = phone.number;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.part = (selector) => this.element.querySelector(selector);
    this.part("h2").textContent = phone.name;
    this.part(".face").textContent = phone.name.split(" ").map((word) => word[0]).join("").slice(0, 2);
    this.part(".number").textContent = shownNumber(phone.number);
    this.part(".carrier").textContent = phone.carrier;
    this.element.setAttribute("aria-label", `Phone of ${phone.name}`);
    this.part(".texts").setAttribute("aria-label", `Texts of ${phone.name}`);
    const input = this.part(".reply input");
    input.id = `reply-${phone.number.slice(1)}`;
    this.part(".reply label").htmlFor = input.id;
    this.part(".reply label").textContent = `Reply from ${phone.name}`;
    this.part(".switch").setAttribute("aria-label", `Phone of ${phone.name} switched on`);
    this.part(".reply").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (text) {
        input.value = "";
        this.send(text);
      }
    });
    this.part(".switch").addEventListener("click", () => this.toggle());
    for (const button of ["agree", "refuse", "stop"]) {
      this.part(`.${button}`).addEventListener("click", () => this.press(button));
    }
    list.append(this.element);
  }

  async act(work) {
    const buttons = this.element.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    try {
      await work();
    } catch (error) {
      this.note(String(error), true);
    }
    buttons.forEach((button) => (button.disabled = false));
    await refresh();
  }

  path(action) {
    return `/api/phones/${this.number.slice(1)}/${action}`;
  }

  note(text, bad) {
    const note = this.part(".note");
    note.textContent = text;
    note.hidden = !text;
    note.classList.toggle("bad", Boolean(bad));
  }

  send(text) {
    return this.act(async () => {
      const { ok, answer } = await call("POST", this.path("reply"), { text });
      if (ok) {
        remember(this.number, text);
        this.note("");
      } else {
        this.note(answer.message ?? "The text was not sent.", true);
      }
    });
  }

  toggle() {
    const on = this.part(".switch").getAttribute("aria-checked") === "true";
    return this.act(async () => {
      const { ok, answer } = await call("PUT", this.path("state"), { state: on ? "off" : "on" });
      this.note(ok ? "" : (answer.message ?? "The switch is stuck."), !ok);
    });
  }

  press(button) {
    const done = { agree: "Agreed, and signed on this phone.", refuse: "Refused.", stop: "Stopped." };
    return this.act(async () => {
      const { ok, status, answer } = await call("POST", this.path(button), {});
      this.note(ok ? done[button] : (answer.message ?? answer.answer?.message ?? `The page answered ${status}.`), !ok);
    });
  }

  show(phone) {
    const on = phone.state !== "off";
    // The odd lines stay as they are: switching one off and on would make it an ordinary one.
    this.part(".switch").hidden = on && phone.state !== "on";
    this.part(".state").textContent = STATES[phone.state] ?? phone.state;
    this.part(".state").classList.toggle("odd", phone.state !== "on");
    this.part(".switch").setAttribute("aria-checked", String(on));
    this.element.classList.toggle("away", !on);
    const mine = (sent[phone.number] ?? []).map((text) => ({ ...text, mine: true }));
    const all = [...(phone.texts ?? []), ...mine].sort((a, b) => a.at.localeCompare(b.at));
    const drawn = all.map((text) => text.at + text.text).join("\n");
    if (drawn === this.drawn) {
      return;
    }
    this.drawn = drawn;
    this.part(".texts").replaceChildren(...all.map((text) => this.bubble(text)));
    this.part(".texts").scrollTop = this.part(".texts").scrollHeight;
    const newest = (phone.texts ?? []).findLast((text) => linksOf(text.text).length > 0);
    this.part(".browser").hidden = !newest;
    this.quick(phone.texts ?? []);
  }

  bubble(text) {
    const item = document.createElement("li");
    item.className = text.mine ? "text mine" : "text theirs";
    const small = document.createElement("small");
    small.textContent = text.mine ? `You · ${shownTime(text.at)}` : `${text.from} · ${shownTime(text.at)}`;
    item.append(paragraph(text.text), small);
    return item;
  }

  quick(texts) {
    const row = this.part(".quick");
    const code = texts.map((text) => /\bYES (\d{4})\b/.exec(text.text)).findLast(Boolean);
    const words = [...(code ? [`YES ${code[1]}`, "NO"] : []), ...(texts.length ? ["STOP", "HELP"] : [])];
    row.hidden = words.length === 0;
    row.replaceChildren(
      ...words.map((word) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = word;
        button.addEventListener("click", () => this.send(word));
        return button;
      }),
    );
  }
}

/** Without a search, the first ten, the odd ones and all that have texts; the rest on request. */
function isShown(phone) {
  const wanted = find.value.trim().toLowerCase().replaceAll(" ", "");
  if (wanted) {
    return `${phone.name}${phone.number}`.toLowerCase().replaceAll(" ", "").includes(wanted);
  }
  const all = everybody.getAttribute("aria-pressed") === "true";
  return all || phone.number <= "+12025550102" || phone.state !== "on" || (phone.texts ?? []).length > 0;
}

let world = [];

function draw() {
  let shown = 0;
  for (const phone of world) {
    let card = cards.get(phone.number);
    if (!isShown(phone)) {
      card?.element.setAttribute("hidden", "");
      continue;
    }
    shown += 1;
    if (!card) {
      card = new Card(phone);
      cards.set(phone.number, card);
      // Cards stand in order of number, whenever they came.
      const later = [...cards.values()].filter((other) => other.number > phone.number).sort((a, b) => (a.number < b.number ? -1 : 1));
      list.insertBefore(card.element, later[0]?.element ?? null);
    }
    card.element.removeAttribute("hidden");
    card.show(phone);
  }
  nobody.hidden = shown > 0 || world.length === 0;
}

async function refresh() {
  try {
    const { ok, answer } = await call("GET", "/api/world");
    if (!ok) {
      throw new Error(answer.message ?? "the phones do not answer");
    }
    world = answer;
    trouble.hidden = true;
  } catch (error) {
    trouble.textContent = `The phones cannot be reached: ${error.message}`;
    trouble.hidden = false;
  }
  draw();
}

async function poll() {
  if (!document.hidden) {
    await refresh();
  }
  setTimeout(poll, POLL_MS);
}

find.addEventListener("input", draw);
find.form.addEventListener("submit", (event) => event.preventDefault());
everybody.addEventListener("click", () => {
  const pressed = everybody.getAttribute("aria-pressed") !== "true";
  everybody.setAttribute("aria-pressed", String(pressed));
  everybody.textContent = pressed ? "Show fewer" : "Show everybody";
  draw();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
poll();
