import { describe, expect, test } from 'vitest';
import { makeHeadline } from '#server/engine/headline.ts';
import type { Tile } from '#shared/board.ts';
import { findingId, type Finding } from '#shared/finding.ts';
import { plainly, say } from '#shared/say.ts';

const context = { now: 0, timeZone: 'UTC' };
const tile: Tile = {
  area: 'nodes',
  level: 'bad',
  figure: { value: '3' },
  detail: '',
  detailSay: say(''),
  unknownCount: 0,
  since: 0,
};

function finding(check: string, name: string, more: Partial<Finding> = {}): Finding {
  const subject = { kind: 'Node', name };
  const id = findingId(check, subject);
  const head = { id, episode: `${id}@0`, check, area: 'nodes' as const, subject, since: 0 };
  const words = { sentence: '', say: plainly(`${name} is lost`), evidence: [], steps: [], series: [] };
  return { ...head, ...words, level: 'bad', cause: null, explains: 0, ...more };
}

describe('the headline', () => {
  const root = finding('nodes/no-heartbeat', 'nuc2', { explains: 3 });
  const notReady = finding('nodes/not-ready', 'nuc2', { cause: root.id });
  const elsewhere = finding('nodes/unseen', 'leases', { cause: notReady.id, level: 'unknown' });
  const noNews = finding('nodes/pressure', 'nuc2', { cause: root.id, level: 'unknown' });
  const text = (...findings: Finding[]) => makeHeadline([tile], findings, context).text;

  test('counts what fails, or cannot be seen, because of its finding', () => {
    expect(text(root, notReady, elsewhere)).toBe('nuc2 is lost, and 2 more because of it');
    expect(text(root)).toBe('nuc2 is lost');
  });

  test('does not count that nothing more is known of the very thing that failed, unless it was bad before', () => {
    expect(text(root, notReady, noNews)).toBe('nuc2 is lost, and 1 more because of it');
    expect(text(root, { ...noNews, lastLevel: 'bad' })).toBe('nuc2 is lost, and 1 more because of it');
    expect(text(root, noNews)).toBe('nuc2 is lost');
  });
});
