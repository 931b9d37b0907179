// Who could read what of one ask, as a plain value: a row for each thing there is to know, a cell for each hop. It touches
// no page, so that a test can hold it.

/**
 * @typedef {import('./journey-world.js').Saw} Saw
 * @typedef {import('./journey-world.js').Entry} Entry
 * @typedef {import('./journey-world.js').Line} Line
 *
 * @typedef {object} Facts what the systems themselves say of one ask
 * @property {Saw[]} service what the service could read, of this ask alone
 * @property {Saw[]} reseller what the reseller could read of it; nothing where nobody carries it
 * @property {boolean} carried whether a reseller stands between
 * @property {number} subjectBytes how long the sealed number is
 * @property {number} outcomeBytes how long the sealed outcome is; 0 where none came
 * @property {Entry[]} hub what the hub wrote down meanwhile
 * @property {Entry[]} home what the home wrote down meanwhile
 * @property {Line[]} carrier what the carrier wrote down meanwhile
 * @property {(id: string | undefined) => string} nameOf the name of a party
 * @property {(purpose: string) => string} purposeWords
 *
 * @typedef {'read' | 'sealed' | 'none'} Sight
 * @typedef {{sight: Sight, words: string, note?: string}} Cell
 * @typedef {{what: string, cells: Record<string, Cell>}} Row
 */

/** The hops, from the service outward. */
export const HOPS = ['service', 'reseller', 'hub', 'home', 'carrier'];

/**
 * Who could read what.
 *
 * @param {Facts} facts
 * @returns {Row[]}
 */
export function rows(facts) {
  const made = [
    row(facts, 'Whose phone', number(facts)),
    row(facts, 'Who asks, what for', purpose(facts)),
    row(facts, 'The question', question(facts)),
    row(facts, 'The outcome', outcome(facts)),
    row(facts, 'Where the phone is', place(facts)),
    row(facts, 'Written down', record(facts)),
  ];
  return made;
}

/**
 * @param {Facts} facts
 * @param {string} what
 * @param {Record<string, Cell>} cells
 * @returns {Row}
 */
function row(facts, what, cells) {
  const kept = HOPS.filter((hop) => facts.carried || hop !== 'reseller');
  return { what, cells: Object.fromEntries(kept.map((hop) => [hop, cells[hop] ?? nothing])) };
}

/** @type {Cell} */
const nothing = { sight: 'none', words: 'Never sees it' };
/** @type {Cell} */
const absent = { sight: 'none', words: 'Was not reached' };

/** @param {string} words @param {string} [note] @returns {Cell} */
function read(words, note) {
  return note === undefined ? { sight: 'read', words } : { sight: 'read', words, note };
}

/** @param {string} words @param {number | undefined} bytes @returns {Cell} */
function sealed(words, bytes) {
  return bytes ? { sight: 'sealed', words, note: size(bytes) } : { sight: 'sealed', words };
}

/** @param {number} bytes */
export function size(bytes) {
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
}

/** @param {Saw[]} saw @param {string} what */
function seen(saw, what) {
  return saw.findLast((message) => message.what === what);
}

/** @param {Facts} facts */
function reached({ hub, home, carrier }) {
  return { hub: hub.length > 0, home: home.length > 0, carrier: carrier.length > 0 };
}

/** @param {Facts} facts @returns {Record<string, Cell>} */
function number(facts) {
  const subject = String(seen(facts.service, 'ask')?.read['subject'] ?? '').replace('tel:', '');
  const to = reached(facts);
  const carried = seen(facts.reseller, 'ask');
  return {
    service: read(subject || 'the caller’s'),
    reseller: carried?.sealed.includes('subject') ? sealed('Sealed', facts.subjectBytes) : absent,
    hub: to.hub ? read(subject || 'a number', 'opened, to find its carrier') : absent,
    home: to.home ? read(subject || 'a number') : absent,
    carrier: to.carrier ? read(facts.carrier.at(-1)?.number ?? '') : { ...absent, words: 'Was not asked' },
  };
}

/** @param {Facts} facts @returns {Record<string, Cell>} */
function purpose(facts) {
  const said = (/** @type {any} */ claims) =>
    read(facts.nameOf(claims?.iss ?? claims?.recipient), claims?.purpose ? `for ${facts.purposeWords(claims.purpose)}` : '');
  const wrote = (/** @type {Entry[]} */ entries) => (entries.length ? said(entries[0]?.wrote) : absent);
  const carried = seen(facts.reseller, 'ask');
  const client = facts.carrier.at(-1)?.client;
  return {
    service: said(seen(facts.service, 'ask')?.read),
    reseller: carried ? said(carried.read) : absent,
    hub: wrote(facts.hub),
    home: wrote(facts.home),
    carrier: client ? read('Its own gateway', 'no company, no purpose') : nothing,
  };
}

/** @param {Facts} facts @returns {Record<string, Cell>} */
function question(facts) {
  const asked = seen(facts.service, 'ask')?.read['question'];
  const words = questionWords(asked);
  const to = reached(facts);
  const carried = seen(facts.reseller, 'ask');
  return {
    service: read(words),
    reseller: carried ? read(questionWords(carried.read['question'])) : absent,
    hub: to.hub ? read(words) : absent,
    home: to.home ? read(words) : absent,
    carrier: to.carrier ? read(facts.carrier.at(-1)?.kind === 'verify' ? words : 'Where is it?') : nothing,
  };
}

/** @param {any} question */
export function questionWords(question) {
  const { type, area } = question ?? {};
  if (type === 'verify') {
    return `Within ${distance(area?.radius)} of a shop?`;
  }
  if (type === 'consent') {
    return 'May we ask?';
  }
  return type === 'status' ? 'Did they agree?' : 'Where is it?';
}

/** @param {number | undefined} metres */
export function distance(metres) {
  const whole = Math.round(metres ?? 0);
  return whole >= 1000 ? `${whole / 1000} km` : `${whole} m`;
}

/** What a service may say of an outcome that it opened. @param {any} opened */
export function outcomeWords(opened) {
  switch (opened?.outcome) {
    case 'answered':
      return opened.answer?.verificationResult ? verdict(opened.answer.verificationResult) : 'An area';
    case 'asked':
      return 'The person is asked';
    case 'refused':
      return 'Refused';
    case 'failed':
      return 'No answer';
    case 'state':
      return String(opened.consent?.status ?? 'Told');
    default:
      return 'Cannot be opened';
  }
}

/** @param {string} result */
export function verdict(result) {
  return { TRUE: 'Yes', FALSE: 'No', PARTIAL: 'Partly' }[result] ?? 'Not known';
}

/** @param {Facts} facts @returns {Record<string, Cell>} */
function outcome(facts) {
  const opened = seen(facts.service, 'outcome')?.read;
  const carried = seen(facts.reseller, 'outcome')?.read;
  const passed = facts.hub.find(({ outcome: word }) => word === 'sealed');
  const end = facts.home.at(-1);
  return {
    service: opened ? read(outcomeWords(opened), opened['reason'] ? plain(opened['reason']) : undefined) : nothing,
    reseller: carried ? sealed('Sealed', carried['bytes']) : absent,
    hub: passed ? sealed('Sealed', facts.outcomeBytes) : facts.hub.length ? read(wordsOf(facts.hub.at(-1))) : absent,
    home: end ? read(wordsOf(end)) : absent,
    carrier: facts.carrier.length ? nothing : { ...absent, words: 'Was not asked' },
  };
}

/** @param {Entry | undefined} entry */
function wordsOf(entry) {
  const said = [plain(entry?.kind), plain(entry?.reason)].filter(Boolean).join(': ');
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** @param {string | null | undefined} word */
export function plain(word) {
  return String(word ?? '').replaceAll(/[_-]/g, ' ');
}

/** @param {Facts} facts @returns {Record<string, Cell>} */
function place(facts) {
  const opened = seen(facts.service, 'outcome')?.read;
  const area = opened?.['answer']?.area;
  const carried = seen(facts.reseller, 'outcome')?.read;
  const isAnswered = opened?.['outcome'] === 'answered';
  const asked = facts.carrier.length > 0;
  if (!isAnswered) {
    const told = asked ? read('Found it', 'nothing left the gateway') : { ...absent, words: 'Was not asked' };
    return { service: { ...nothing, words: 'Learns nothing' }, carrier: told };
  }
  return {
    service: area ? read(`${distance(area.radius)} around ${point(area.center)}`) : { ...nothing, words: 'Never told' },
    reseller: sealed('Sealed', carried?.['bytes']),
    hub: sealed('Sealed', facts.outcomeBytes),
    home: read(area ? `Widens it to ${distance(area.radius)}` : 'Compares, and forgets', 'keeps no position'),
    carrier: asked ? read('Knows it, as ever') : absent,
  };
}

/** @param {{latitude: number, longitude: number} | undefined} center */
function point(center) {
  return center ? `${center.latitude.toFixed(4)}, ${center.longitude.toFixed(4)}` : '–';
}

/** @param {Facts} facts @returns {Record<string, Cell>} */
function record(facts) {
  const opened = seen(facts.service, 'outcome')?.read;
  const entries = (/** @type {Entry[]} */ all) => {
    const leaves = all.map(({ leaf }) => leaf);
    return leaves.length ? read(`${leaves.length === 1 ? 'Entry' : 'Entries'} ${leaves.join(', ')}`) : absent;
  };
  const lines = facts.carrier.length;
  return {
    service: opened?.['receipt'] ? read('Holds a receipt', 'checked against the log') : { ...nothing, words: 'No receipt' },
    reseller: { ...nothing, words: 'Nothing it can show' },
    hub: entries(facts.hub),
    home: entries(facts.home),
    carrier: lines ? read(`${lines} ${lines === 1 ? 'line' : 'lines'} in its ledger`) : { ...nothing, words: 'No line' },
  };
}
