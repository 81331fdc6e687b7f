import { describe, expect, test } from 'vitest';
import { areas, areaTitles, isArea } from '#shared/area.ts';
import { findingId, subjectId } from '#shared/finding.ts';
import { byWorst, worse, type Level, type TileLevel } from '#shared/level.ts';

describe('levels', () => {
  test('are sorted worst first', () => {
    const levels: (Level | TileLevel)[] = ['ok', 'unwatched', 'notice', 'bad', 'unknown', 'warn'];
    expect(levels.sort(byWorst)).toEqual(['bad', 'warn', 'unknown', 'notice', 'ok', 'unwatched']);
  });

  test('the worse of two does not depend on their order', () => {
    expect([worse<Level>('ok', 'unknown'), worse<Level>('unknown', 'ok')]).toEqual(['unknown', 'unknown']);
    expect(worse<TileLevel>('absent', 'ok')).toBe('ok');
  });
});

describe('areas', () => {
  test('are ten, each with a title', () => {
    expect(areas).toHaveLength(10);
    expect(Object.keys(areaTitles)).toEqual([...areas]);
  });

  test("are told from a stranger's string", () => {
    expect(isArea('nodes')).toBe(true);
    expect(['Nodes', '', 'constructor', '__proto__', 'nodes/'].some(isArea)).toBe(false);
  });
});

describe('the id of a finding', () => {
  test('names check, subject and key, and no UID', () => {
    expect(findingId('nodes/not-ready', { kind: 'Node', name: 'nuc0' })).toBe('nodes/not-ready|Node/nuc0');
    expect(findingId('nodes/pressure', { kind: 'Node', name: 'nuc0' }, 'DiskPressure')).toBe(
      'nodes/pressure|Node/nuc0|DiskPressure',
    );
    expect(subjectId({ kind: 'Pod', namespace: 'shop', name: 'web' })).toBe('Pod/shop/web');
  });
});
