// Roadside: a ticket, a yes, a place for the desk alone, and the end of all of it with the ticket.

import { Chain, networkFact, stuck } from './journey-chain.js';
import { refusedWords, showOutcome, showWords } from './journey-told.js';
import { act, command, world } from './journey-world.js';

const SLOW_MS = 5000;
const MEANWHILE_MS = 900;

/** @typedef {import('./journey.js').Journey} Journey */

/** @returns {Journey} */
export function roadside() {
  const chain = new Chain('roadside', world.roadside, true);
  const { name, party } = world.roadside;
  let ticket = '';
  const where = 'Where the phone is, asked by the desk.';

  const steps = [
    {
      title: 'Open a ticket',
      hint: 'By the ticket system',
      words: `A stranded person calls ${name}. Its ticket system tells ${chain.home.name} of the case.`,
      button: 'Open the ticket',
      act: async () => {
        ticket = `LR-${Date.now() % 1_000_000}`;
        const told = await act(`${world.roadside.control}/ticket`, { number: chain.number, id: ticket });
        return opened(told, ticket);
      },
    },
    {
      title: 'Ask for a yes',
      hint: 'The phone gets a text',
      words: 'The desk signs a question for this one ticket. The reseller and the hub carry it.',
      button: 'Ask for a yes',
      act: async () => {
        await chain.listen();
        const told = await chain.send('consent', { event: ticket }, 'A question to the person, on its way to their phone.');
        return told.opened?.outcome === 'asked' ? 'A text is on its way' : stuck(told);
      },
    },
    chain.agreeing(),
    {
      title: 'Ask where',
      hint: 'An area, for the desk alone',
      words: 'They agreed to two hours and 200 m. Now the desk asks.',
      button: 'Ask where they are',
      act: async () => {
        const told = await chain.send('ask', { event: ticket }, where);
        return told.opened?.outcome === 'answered' ? 'An area and a receipt' : stuck(told);
      },
    },
    {
      title: 'Close the ticket',
      hint: 'Help has come',
      words: 'The tow truck has arrived, and the ticket is closed.',
      button: 'Close the ticket',
      act: async () => {
        await act(`${world.roadside.control}/ticket/end`, { number: chain.number, id: ticket });
        showWords('The ticket system told hub and home', `Ticket ${ticket} is over`, true, [
          ['From now on', 'nothing that rested on it leaves any more'],
        ]);
        return 'The ticket is over';
      },
    },
    {
      title: 'Ask again',
      hint: 'Refused at once',
      words: 'Nobody withdrew anything. Access dies with the ticket.',
      button: 'Ask once more',
      act: async () => refusedWords(await chain.send('ask', { event: ticket }, 'The same question, after the ticket.', [])),
    },
  ];

  const trials = [
    {
      title: 'The reseller alters the ask',
      words: 'It writes another purpose into what it carries.',
      from: 3,
      until: 5,
      act: () =>
        chain.whileResellerDoes({ alter: { purpose: 'FraudPreventionAndDetection' } }, async () =>
          refusedWords(await chain.send('ask', { event: ticket }, 'An ask that the reseller altered.', [['The reseller wrote', 'card fraud, as its purpose']])),
        ),
    },
    {
      title: 'The reseller invents an ask',
      words: `It asks in ${name}’s name, with the only key that it has.`,
      from: 0,
      act: () => {
        const invented = { iss: party, number: chain.number, purpose: 'RequestedServiceProvision', event: ticket || 'LR-0' };
        return chain.reseller('invent', invented, 'Invented: not signed by the service');
      },
    },
    {
      title: 'The reseller replays an ask',
      words: 'It sends again what it carried before.',
      from: 4,
      act: () => chain.reseller('replay', {}, 'Replayed: an ask counts once'),
    },
    {
      title: 'The operator suspends the reseller',
      words: 'While a question is under way: the network is slow, and the hub’s operator acts.',
      from: 4,
      until: 5,
      act: () => suspendInFlight(chain, ticket),
    },
    {
      title: 'The person texts STOP',
      words: 'To the number that the question came from. It ends everything, ticket or not.',
      from: 3,
      until: 5,
      ends: true,
      act: async () => {
        await chain.text('STOP');
        await new Promise((resolve) => setTimeout(resolve, MEANWHILE_MS));
        return refusedWords(await chain.send('ask', { event: ticket }, 'The same question, after STOP.', []));
      },
    },
  ];
  return {
    steps,
    trials,
    trialsName: 'What if …',
    again: () => {
      ticket = '';
      chain.next();
    },
  };
}

/**
 * A question that the carrier is slow to answer, while the hub's operator suspends who carries it.
 *
 * @param {Chain} chain
 * @param {string} ticket
 */
async function suspendInFlight(chain, ticket) {
  const slow = (/** @type {number} */ ms) => act(`${chain.home.carrier.control}/behaviour`, { last_known_ms: ms }, 'PUT');
  const before = await chain.count();
  await slow(SLOW_MS);
  try {
    const asking = act(`${chain.party.control}/ask`, { number: chain.number, event: ticket });
    await new Promise((resolve) => setTimeout(resolve, MEANWHILE_MS));
    const ran = await command({ action: 'suspend-party', at: 'hub', party: 'copper-reach' });
    const told = await asking;
    const [, network] = networkFact(before, await chain.count());
    await showOutcome(chain.party.name, told, { home: chain.home, number: chain.number }, [
      ['Meanwhile', ran.command],
      ['The network', network],
    ]);
    return refusedWords(told);
  } finally {
    await slow(50);
    await command({ action: 'release-party', at: 'hub', party: 'copper-reach' });
  }
}

/** @param {any} told @param {string} ticket */
function opened(told, ticket) {
  const { status, claims } = told;
  if (status !== 204) {
    throw new Error(`expected the home to take the ticket, found status ${status}`);
  }
  showWords('The ticket system told hub and home', `Ticket ${ticket} is open`, true, [
    ['For whom', world.roadside.name],
    ['Until', new Date(claims.until * 1000).toLocaleTimeString('en-GB')],
    ['Asks', `${claims.count} may rest on it`],
    ['By itself', 'it opens nothing: the person’s yes is still missing'],
  ]);
  return `Ticket ${ticket}`;
}
