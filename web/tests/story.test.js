// The stage's story as a value: every way that people take through it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, asked, begin, consentAsked, next } from '../stage-story.js';

const REFUSED = '403: refused';

test('the whole story, in order', () => {
  let story = asked(begin(), 'refused', REFUSED);
  story = consentAsked(story, true, 'text');
  story = answered(story, 'given');
  story = asked(story, 'answered', 'area');
  story = answered(story, 'ended');
  story = asked(story, 'refused', REFUSED);
  assert.deepEqual(story, {
    step: 7,
    results: [REFUSED, 'text', 'Signed on the phone', 'area', 'Stopped', REFUSED],
    stuck: false,
  });
  assert.equal(next(story, false).button, 'Begin again');
});

test('asking for a yes at once skips the first step', () => {
  assert.deepEqual(consentAsked(begin(), true, 'text'), { step: 3, results: ['Skipped', 'text'], stuck: false });
});

test('a phone that agreed before is found at the first ask', () => {
  const story = asked(begin(), 'answered', 'area');
  assert.equal(story.step, 5);
  assert.equal(answered(story, 'ended').step, 6);
});

test('a no, a stop before the answer, or a lapse ends the story early', () => {
  const waiting = consentAsked(asked(begin(), 'refused', REFUSED), true, 'text');
  assert.equal(answered(waiting, 'ended').stuck, true);
  assert.equal(asked(answered(waiting, 'given'), 'refused', REFUSED).stuck, true);
  assert.equal(next(answered(waiting, 'ended'), true).button, 'Begin again');
});

test('what changes nothing leaves the story as it is', () => {
  const start = begin();
  assert.equal(asked(start, 'failed', ''), start);
  assert.equal(consentAsked(start, false, ''), start);
  assert.equal(answered(start, 'given'), start);
  const waiting = consentAsked(start, true, 'text');
  assert.equal(asked(waiting, 'refused', REFUSED), waiting, 'asking while the question is open is refused, and that is all');
});

test('each step has words and a button of its own', () => {
  const said = [1, 2, 3, 4, 5, 6, 7].map((step) => next({ step, results: [], stuck: false }, false));
  assert.equal(new Set(said.map(({ words }) => words)).size, 7);
  assert.notEqual(next({ step: 3, results: [], stuck: false }, true).button, said[2].button);
  const half = next({ step: 3, results: [], stuck: false }, true, true);
  assert.equal(half.button, 'Reply on the phone', 'a yes for long takes a second step');
});
