// A call from a prison: the carrier confirms the call, the called person says yes to this call, and it ends with it.

import { Chain, stuck } from './journey-chain.js';
import { refusedWords, showWords } from './journey-told.js';
import { act, world } from './journey-world.js';

/** @returns {import('./journey.js').Journey} */
export function prison() {
  const chain = new Chain('prison', world.prison, false);
  const { control, name, line } = world.prison;
  let call = '';

  const steps = [
    {
      title: 'The call begins',
      hint: 'The carrier confirms it',
      words: `A call goes out from ${line}, the facility’s listed number. The carrier’s switch and ${name} both tell hub and home of it.`,
      button: 'Put the call through',
      act: async () => {
        const told = await act(`${control}/call`, { to: chain.number });
        call = told.id;
        showWords('Both told hub and home', 'A call is live', true, [
          [chain.home.carrier.name, `its switch confirms the call (status ${told.carrier?.status ?? '–'})`],
          [name, `tells of the same call (status ${told.event?.status ?? '–'})`],
          ['By itself', 'it opens nothing: the called person’s yes is still missing'],
        ]);
        return 'Confirmed by the carrier';
      },
    },
    {
      title: 'Ask for a yes',
      hint: 'The called person',
      words: 'The called person is told who would learn what, and may decline and still talk.',
      button: 'Ask for a yes',
      act: async () => {
        await chain.listen();
        const told = await chain.send('consent', { event: call }, 'A question to the called person, about this call.');
        return told.opened?.outcome === 'asked' ? 'A text is on its way' : stuck(told);
      },
    },
    chain.agreeing(),
    {
      title: 'Ask where',
      hint: 'During this call',
      words: `${name} asks where the called phone is, while the call goes on.`,
      button: 'Ask where they are',
      act: async () => {
        const told = await chain.send('ask', { event: call }, 'Where the called phone is, during the call.');
        return told.opened?.outcome === 'answered' ? 'An area and a receipt' : stuck(told);
      },
    },
    {
      title: 'Hang up',
      hint: 'The call is over',
      words: 'The call ends, and everything that rested on it.',
      button: 'Hang up',
      act: async () => {
        await act(`${control}/hangup`, { id: call });
        showWords('Both told hub and home', 'The call is over', true, [['From now on', 'nothing that rested on it leaves any more']]);
        return 'The call is over';
      },
    },
    {
      title: 'Ask again',
      hint: 'Refused at once',
      words: 'The same question, a moment later.',
      button: 'Ask once more',
      act: async () => refusedWords(await chain.send('ask', { event: call }, 'The same question, after the call.', [])),
    },
  ];

  const trials = [
    {
      title: 'Invent a call',
      words: `${name} tells of a call to this phone that its carrier knows nothing of, with its genuine key.`,
      act: async () => {
        const told = await act(`${control}/call`, { to: chain.number, invented: true });
        const status = `its word was taken down (status ${told.event?.status}), and opens nothing`;
        return refusedWords(await chain.send('ask', { event: told.id }, 'A look-up on an invented call.', [[name, status]]));
      },
    },
    {
      title: 'Ask without any call',
      words: 'As a web portal let anybody do: a number is typed, and some document uploaded.',
      until: 1,
      act: async () => refusedWords(await chain.send('ask', {}, 'A look-up without a call.', [])),
    },
    {
      title: 'Ask about somebody else',
      words: 'Another phone, on the strength of this call.',
      from: 1,
      act: async () => {
        const told = { number: chain.stranger, event: call };
        return refusedWords(await chain.send('ask', told, 'Another phone, on the strength of this call.', [['Phone', chain.stranger]]));
      },
    },
    {
      title: 'The person texts STOP',
      words: 'During the call, which goes on.',
      from: 3,
      until: 5,
      ends: true,
      act: async () => {
        await chain.text('STOP');
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return refusedWords(await chain.send('ask', { event: call }, 'The same question, after STOP.', []));
      },
    },
  ];
  return {
    steps,
    trials,
    trialsName: 'What if …',
    again: () => {
      call = '';
      chain.next();
    },
  };
}
