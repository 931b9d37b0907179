// Who could read what, as a value: positions at the service's end alone, and nothing for a relay but seals.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOPS, rows } from '../journey-sight.js';

const NUMBER = '+12025550160';
const CLAIMS = { iss: 'pty_service', purpose: 'RequestedServiceProvision', question: { type: 'retrieve' } };
const ANSWER = { area: { center: { latitude: 12.001, longitude: -39.99 }, radius: 200 } };

function facts(change = {}) {
  const entry = (leaf, kind, outcome) => ({ leaf, kind, outcome, wrote: { recipient: 'pty_service', purpose: CLAIMS.purpose } });
  return {
    service: [
      { what: 'ask', read: { ...CLAIMS, subject: `tel:${NUMBER}` }, sealed: [] },
      { what: 'outcome', read: { outcome: 'answered', answer: ANSWER, receipt: {} }, sealed: [] },
    ],
    reseller: [
      { what: 'ask', read: CLAIMS, sealed: ['subject'] },
      { what: 'outcome', read: { apv: 'x', bytes: 6187 }, sealed: ['outcome'] },
    ],
    carried: true,
    subjectBytes: 420,
    outcomeBytes: 6187,
    hub: [entry(19, 'asked'), entry(20, 'answered', 'sealed')],
    home: [entry(11, 'asked'), entry(12, 'answered', 'area')],
    carrier: [{ number: NUMBER, client: 'gateway' }],
    nameOf: () => 'Larkspur Recovery',
    purposeWords: () => 'the help they asked for',
    ...change,
  };
}

function cells(told, what) {
  return told.find((row) => row.what === what).cells;
}

test('an answer is read at the service’s end, and sealed to whoever carries it', () => {
  const told = rows(facts());
  assert.deepEqual(Object.keys(told[0].cells), HOPS);
  for (const what of ['The outcome', 'Where the phone is']) {
    const { service, reseller, hub } = cells(told, what);
    assert.equal(service.sight, 'read', what);
    assert.deepEqual([reseller.sight, hub.sight], ['sealed', 'sealed'], what);
    assert.equal(reseller.note, '6.2 kB');
  }
  assert.match(cells(told, 'Where the phone is').service.words, /^200 m around 12\.0010/);
  assert.deepEqual(cells(told, 'Whose phone').reseller, { sight: 'sealed', words: 'Sealed', note: '420 bytes' });
  assert.equal(cells(told, 'Written down').home.words, 'Entries 11, 12');
});

test('coordinates and the number stand nowhere but where they belong', () => {
  const told = rows(facts());
  for (const { what, cells: each } of told) {
    for (const hop of ['reseller', 'hub', 'home', 'carrier']) {
      assert.doesNotMatch(JSON.stringify(each[hop]), /12\.0010|39\.99/, `${what} at ${hop}`);
    }
    assert.doesNotMatch(JSON.stringify(each.reseller), /2025550160/, what);
  }
});

test('what was refused on the way is said to have gone no further', () => {
  const refused = { what: 'outcome', read: { outcome: 'refused', reason: 'not-signed' }, sealed: [] };
  const hub = [{ leaf: 21, kind: 'refused', outcome: null, reason: 'not-signed', wrote: {} }];
  const told = rows(facts({ service: [facts().service[0], refused], hub, home: [], carrier: [] }));
  assert.equal(cells(told, 'The outcome').hub.words, 'Refused: not signed');
  assert.equal(cells(told, 'The outcome').home.words, 'Was not reached');
  assert.equal(cells(told, 'Where the phone is').service.words, 'Learns nothing');
  assert.equal(cells(told, 'Whose phone').carrier.words, 'Was not asked');
});

test('a yes or no shows no place, and without a reseller there is no such column', () => {
  const answer = { outcome: 'answered', answer: { verificationResult: 'TRUE' }, receipt: {} };
  const service = [facts().service[0], { what: 'outcome', read: answer, sealed: [] }];
  const told = rows(facts({ service, reseller: [], carried: false }));
  assert.ok(!('reseller' in told[0].cells));
  assert.deepEqual(cells(told, 'The outcome').hub, { sight: 'sealed', words: 'Sealed', note: '6.2 kB' });
  assert.equal(cells(told, 'The outcome').service.words, 'Yes');
  assert.equal(cells(told, 'Where the phone is').service.words, 'Never told');
});
