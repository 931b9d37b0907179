// The journeys at a desk: the operator's hand, a developer's first answer, and an auditor who takes nobody's word. Every
// button runs a real command of `wayleave` in the demo's folder.

import { refusedWords, showCommand, showOutcome, showWords } from './journey-told.js';
import { playAnswer } from './journey-play.js';
import { act, command, homeOf, sights, world } from './journey-world.js';
import { verifyReceipt } from './verify.js';

/**
 * @typedef {import('./journey.js').Journey} Journey
 * @typedef {import('./journey.js').Step} Step
 */

/**
 * Runs a command and shows it.
 *
 * @param {string} who
 * @param {Record<string, string>} what
 * @param {string} words
 */
async function run(who, what, words) {
  const ran = await command(what);
  showCommand(who, ran, words);
  return ran.status === 0 ? words : `Ended with ${ran.status}`;
}

/** A service asks about one of its phones, and what it was told. */
async function aServiceAsks() {
  const { roadside } = world;
  const number = roadside.numbers[0] ?? '';
  const told = await act(`${roadside.control}/ask`, { number, event: 'LR-1' });
  await showOutcome(roadside.name, told, { home: homeOf(roadside), number });
  return refusedWords(told);
}

/** @returns {Journey} */
export function operator() {
  const hub = world.hub.name;
  const osier = homeOf(world.roadside).name;
  const tern = homeOf(world.prison).name;
  const steps = [
    {
      title: 'See who asks',
      hint: 'Parties and programmes',
      words: `${hub} lists every company with what it is approved for.`,
      button: 'List the parties',
      act: () => run(hub, { action: 'list-parties', at: 'hub' }, 'Listed'),
    },
    {
      title: 'Suspend a reseller',
      hint: 'One action',
      words: 'Something is wrong with the reseller. One command stops it, and what it has under way.',
      button: 'Suspend it at the hub',
      act: () => run(hub, { action: 'suspend-party', at: 'hub', party: 'copper-reach' }, 'Suspended'),
    },
    {
      title: 'See it take hold',
      hint: 'At once',
      words: 'A service behind that reseller asks.',
      button: 'Let a service ask',
      act: aServiceAsks,
    },
    {
      title: 'Let it go on',
      hint: 'The suspension is lifted',
      words: 'The matter is cleared up.',
      button: 'Release it',
      act: () => run(hub, { action: 'release-party', at: 'hub', party: 'copper-reach' }, 'Released'),
    },
    {
      title: 'Answer a regulator',
      hint: 'How many, when, by whom',
      words: 'How many people has this company asked about? One command, from the journal.',
      button: 'Count',
      act: () => run(hub, { action: 'count', at: 'hub', party: 'larkspur' }, 'Counted from the journal'),
    },
    {
      title: 'Reconcile',
      hint: 'With the carrier',
      words: `What the carrier’s ledger says is held against the journal of ${osier}.`,
      button: 'Reconcile',
      act: () => run(osier, { action: 'reconcile', at: 'osier' }, 'Reconciled'),
    },
  ];
  const person = world.roadside.numbers.at(-1) ?? '';
  const pair = (/** @type {string} */ what, /** @type {string} */ place, /** @type {string} */ words, /** @type {Record<string, string>} */ about) => [
    { title: `Suspend ${what}`, words, act: () => run(place, { action: `suspend-${kindOf(about)}`, ...about }, 'Suspended') },
    { title: `Release ${what}`, words: 'And let go again.', act: () => run(place, { action: `release-${kindOf(about)}`, ...about }, 'Released') },
  ];
  const trials = [
    ...pair('a programme', tern, `Only ${tern}, only this purpose of this company.`, { at: 'tern', party: 'pinfold', purpose: 'InmateCommunication' }),
    ...pair('a person', osier, `Everything about one person at ${osier}, for their safety.`, { at: 'osier', number: person }),
    bothEnds(),
    { title: `List at ${osier}`, words: 'Each carrier approves for itself.', act: () => run(osier, { action: 'list-parties', at: 'osier' }, 'Listed') },
  ];
  return { steps, trials, trialsName: 'Each carrier for itself', again: () => undefined };
}

/** The hub's journal against a home's: its operator hands over a file that says who asked, and not what became of it. */
function bothEnds() {
  const home = homeOf(world.roadside).name;
  return {
    title: `Hold the hub against ${home}`,
    words: 'Each ask that the hub passed on has one name at both ends. Whatever only one of them has is named.',
    act: () => run(world.hub.name, { action: 'reconcile', at: 'hub', with: world.roadside.home }, 'They say the same'),
  };
}

/** @param {Record<string, string>} about */
function kindOf(about) {
  return about['number'] ? 'person' : about['purpose'] ? 'programme' : 'party';
}

/** @returns {Journey} */
export function developer() {
  const hub = world.hub.name;
  const steps = [
    {
      title: 'A first answer',
      hint: 'With nothing but a key',
      words: 'The client of the package asks about a sandbox phone, and prints what curl would have sent.',
      button: 'Ask',
      act: () => run(hub, { action: 'first-answer', at: 'hub' }, 'Asked'),
    },
    {
      title: 'Read the policy',
      hint: 'One purpose, in words',
      words: 'What a purpose allows, what it takes, and what it never allows.',
      button: 'Explain roadside help',
      act: () => run(hub, { action: 'policy', at: 'hub', purpose: 'RequestedServiceProvision' }, 'Explained'),
    },
    {
      title: 'See why not',
      hint: 'The true reason, here alone',
      words: 'In a sandbox a refusal says its true reason and what to do next. A live gateway tells an outsider neither.',
      button: 'Let a service ask',
      act: aServiceAsks,
    },
  ];
  const purposes = [
    ['FraudPreventionAndDetection', 'Card fraud', 'Yes or no, never where.'],
    ['InmateCommunication', 'A call from prison', 'Only during a call that the carrier confirms.'],
    ['PersonalSafety', 'Family', 'A yes that takes effect a day later.'],
    ['DirectMarketing', 'Marketing', 'What no policy file can allow.'],
  ];
  const trials = purposes.map(([purpose = '', title = '', words = '']) => ({
    title,
    words,
    act: () => run(hub, { action: 'policy', at: 'hub', purpose }, 'Explained'),
  }));
  return { steps, trials, trialsName: 'Other purposes', again: () => undefined };
}

/**
 * Checks the latest receipt that a service of the journeys holds, with the key of the home that gave it.
 *
 * @param {(text: string) => string} [altered] the receipt as it is shown
 */
async function checkReceipt(altered = (text) => text) {
  const { party, receipt } = await latestReceipt();
  const home = homeOf(party);
  const text = altered(JSON.stringify(receipt));
  const header = btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  try {
    const { leaf, size, origin } = await verifyReceipt(header, home.journalKey ?? undefined);
    showWords(party.name, 'The receipt holds', true, [
      ['Entry', `${leaf} of ${size}, in the journal ${origin}`],
      ['Signature', home.journalKey ? 'of that journal’s key' : 'not checked, for want of its key'],
      ['Asked', 'nobody: it was checked in this browser'],
    ]);
    return 'It holds';
  } catch (error) {
    showWords(party.name, 'The receipt does not hold', false, [['Why', error instanceof Error ? error.message : String(error)]]);
    return 'It does not hold';
  }
}

/**
 * The latest receipt; where nobody has played yet, a ticket and a yes bring the first.
 *
 * @returns {Promise<{party: import('./journey-world.js').Service, receipt: unknown}>}
 */
async function latestReceipt() {
  for (const party of [world.roadside, world.bank, world.prison]) {
    const receipt = (await sights(party.control)).findLast(({ read }) => read['receipt'])?.read['receipt'];
    if (receipt) {
      return { party, receipt };
    }
  }
  const { told } = await playAnswer(world.roadside.numbers.at(-1) ?? '');
  if (!told.opened?.receipt) {
    throw new Error('expected an answer with a receipt, found another outcome');
  }
  return { party: world.roadside, receipt: told.opened.receipt };
}

/** @returns {Journey} */
export function auditor() {
  const places = [{ at: 'hub', name: world.hub.name }, ...Object.entries(world.homes).map(([at, { name }]) => ({ at, name }))];
  const steps = [
    ...places.map(({ at, name }) => ({
      title: name,
      hint: 'Its whole log, over HTTP',
      words: `The log of ${name} is fetched as any stranger can, and every hash is computed again.`,
      button: 'Verify the log',
      act: () => run(name, { action: 'verify', at }, 'It holds'),
    })),
    ...places.slice(1).map(({ at, name }) => ({
      title: `${name}’s carrier`,
      hint: 'What its ledger says',
      words: 'A log can be whole and still leave something out. What others wrote down shows it.',
      button: 'Hold both together',
      act: () => run(name, { action: 'reconcile', at }, 'They say the same'),
    })),
    {
      title: 'A receipt',
      hint: 'Checked in this browser',
      words: 'A company shows the receipt of an answer. Whoever holds it needs nobody to check it.',
      button: 'Take the latest one',
      act: checkReceipt,
    },
  ];
  const trials = [
    bothEnds(),
    {
      title: 'Alter one byte of it',
      words: 'The same receipt, with one letter of its entry changed.',
      act: () => checkReceipt((text) => text.replace('answered', 'answerex')),
    },
  ];
  return { steps, trials, trialsName: 'What if …', again: () => undefined };
}
