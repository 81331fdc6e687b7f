import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lastingSay } from '#server/engine/lasting-say.ts';
import { plainly, render, say } from '#shared/say.ts';
import { minute, noon } from '#test/builders/time.ts';

const checks = join(import.meta.dirname, '../../server/checks');

/** Every piece of a template of the checks that holds an age. */
function agedTemplates(): string[] {
  const code = globSync('**/*.ts', { cwd: checks }).map((file) => readFileSync(join(checks, file), 'utf8'));
  const lines = code.flatMap((text) => text.split('\n')).filter((line) => !/^\s*(?:\/\*\*|\*|\/\/)/.test(line));
  return lines.flatMap((line) => line.match(/[^'`]*\{\w+:age\}[^'`]*/g) ?? []);
}

describe('a sentence that is kept', () => {
  test.for([
    ['web was killed {at:age} ago: why', 'web was killed at 11:58: why'],
    ['web crashed, the last {at:age} ago', 'web crashed, the last at 11:58'],
    ['web has not been ready for {at:age}: why', 'web has not been ready since 11:58: why'],
    ['nothing heard in the {at:age} since we listen', 'nothing heard from 11:58 on, since we listen'],
    ['web has never been backed up, in {at:age}', 'web has never been backed up, since 11:58'],
    ['the last good backup is {at:age} old', 'the last good backup is from 11:58'],
    ['{at:age} old, ended {at:age} ago', '11:58 old, ended at 11:58'],
    ['ran for {ran:duration}', 'ran for 3 s'],
  ] as const)('%s', ([template, words]) => {
    const kept = lastingSay(say(template, { at: noon - 2 * minute, ran: 3_000 }));
    expect(render(kept, { now: noon, timeZone: 'UTC' })).toBe(words);
  });

  test('without an age is the same object, and what strangers wrote stays as it is', () => {
    const foreign = plainly('it said {at:age} ago');
    expect(lastingSay(foreign)).toBe(foreign);
  });

  test('holds no age and reads well, whatever a check says', () => {
    const templates = agedTemplates();
    expect(templates.length).toBeGreaterThan(10);
    for (const template of templates) {
      const kept = lastingSay(say(template)).template;
      expect(kept).not.toContain(':age}');
      // Each time of day that took the place of an age is led in by a word that goes with it.
      expect(kept, template).not.toMatch(/(?<!\b(?:at|since|from)) \{\w+:at\}/);
    }
  });
});
