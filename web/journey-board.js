// The board: the person's own page, at the home of their number and at the hub that passes asks on.

import { Chain } from './journey-chain.js';
import { refusedWords, showOutcome, showWords } from './journey-told.js';
import { playAnswer } from './journey-play.js';
import { act, world } from './journey-world.js';
import { byId } from './stage-page.js';

const LOADS_WHEN_IN = 2;
const TEXT_MS = 1000;

/** @returns {import('./journey.js').Journey} */
export function board() {
  const chain = new Chain('board', world.roadside, true);
  const frame = byId('phone-page');
  let ticket = '';
  let loads = 0;
  frame.addEventListener('load', () => {
    loads += 1;
  });

  const ask = async () => {
    const told = await act(`${world.roadside.control}/ask`, { number: chain.number, event: ticket });
    await showOutcome(world.roadside.name, told, { home: chain.home, number: chain.number });
    return told;
  };
  const link = (/** @type {{name: string, issuer: string}} */ gateway) => ({
    title: `Ask ${gateway.name}`,
    hint: 'For a link by text',
    words: `The person types their number at ${gateway.name}. A link is texted to that number and to no other.`,
    button: 'Ask for the link',
    act: async () => {
      chain.phone.close();
      await act(`${world.phones}/api/phones/${chain.number}/board`, { gateway: gateway.issuer });
      await new Promise((resolve) => setTimeout(resolve, TEXT_MS));
      showWords(gateway.name, 'A link was texted to this phone', true, [
        ['To anybody else', 'the page says the same, whatever number was typed'],
      ]);
      return 'A link by text';
    },
  });
  const enter = (/** @type {{name: string}} */ gateway, /** @type {string} */ shows) => ({
    title: 'Open the board',
    hint: 'By hand, on the phone',
    words: `Open the link, and press its button on the phone: no script can do that for the person. ${shows}`,
    button: 'Open the link',
    act: async () => {
      loads = 0;
      chain.phone.openNewest();
      showWords(gateway.name, 'The link is open on the phone', true, [['Now', 'press the button in the phone']]);
      return '';
    },
    watch: async () => (chain.phone.pageOpen && loads >= LOADS_WHEN_IN ? { result: 'Signed in by hand' } : undefined),
  });

  const steps = [
    {
      title: 'Let something happen',
      hint: 'A ticket, a yes, an answer',
      words: `${world.roadside.name} opens a ticket, the person agrees, and the desk asks once.`,
      button: 'Play it at once',
      act: async () => {
        const { ticket: opened, told } = await playAnswer(chain.number);
        ticket = opened;
        await showOutcome(world.roadside.name, told, { home: chain.home, number: chain.number });
        return told.opened?.outcome === 'answered' ? 'One answer was given' : refusedWords(told);
      },
    },
    link(chain.home),
    enter(chain.home, 'There is who can ask, through whom, why, how exact, until when, and what was answered.'),
    link(world.hub),
    enter(world.hub, 'The hub knows only what it passed on.'),
    {
      title: 'Stop',
      hint: 'One word by text',
      words: `STOP by text always works, board or not. It goes to whoever wrote last: here ${world.hub.name}.`,
      button: 'Text STOP',
      act: async () => {
        await chain.text('STOP');
        await new Promise((resolve) => setTimeout(resolve, TEXT_MS));
        return refusedWords(await ask());
      },
    },
  ];
  const trials = [
    {
      title: 'The desk asks again',
      words: 'And the next look at the board shows it, refused attempts too.',
      from: 1,
      act: async () => {
        const told = await ask();
        return told.opened?.outcome === 'answered' ? 'Answered' : refusedWords(told);
      },
    },
  ];
  return {
    steps,
    trials,
    trialsName: 'The desk',
    again: () => {
      ticket = '';
      chain.next();
    },
  };
}
