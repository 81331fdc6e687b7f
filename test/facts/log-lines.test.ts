import { describe, expect, test } from 'vitest';
import { logLines } from '#server/facts/log-lines.ts';

const linesOf = (text: string) => logLines(Buffer.from(text));

describe('the lines of a log', () => {
  test('are the last twenty that say something, oldest first', () => {
    expect(linesOf('one\r\n\ntwo\n   \nthree\n')).toEqual(['one', 'two', 'three']);
    const many = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    expect(linesOf(many.join('\n'))).toEqual(many.slice(30));
    expect(linesOf('')).toEqual([]);
  });

  test('are cut to 300 characters, never within one', () => {
    const [line] = linesOf('é'.repeat(10_000));
    expect(line).toBe(`${'é'.repeat(299)}…`);
    const [faces] = linesOf(`x${'😀'.repeat(400)}`);
    expect(faces).toHaveLength(300);
    expect(faces?.isWellFormed()).toBe(true);
  });

  test('hold no colours, no control and no direction characters', () => {
    expect(linesOf('\u001b[1;31mERROR\u001b[0m \u009b32mfine\u001b]0;title\u0007 \u001b(Bend')).toEqual([
      'ERROR fine end',
    ]);
    expect(linesOf('10 %\r50 %\r100 %\n')).toEqual(['100 %']);
    expect(linesOf('a\u0000b\u0007c\td\u202ee\u200bf')).toEqual(['a b c  def']);
  });

  test('of bytes that are no text are what can be read of them', () => {
    expect(logLines(Uint8Array.of(0x66, 0xff, 0xfe, 0x6f, 0x6f, 0x0a, 0xc3))).toEqual(['f\ufffd\ufffdoo', '\ufffd']);
  });

  test('hold no secret, not even one that is split by colours or cut off', () => {
    expect(linesOf('pass\u001b[31mword=\u001b[0mhunter2')).toEqual(['password=***']);
    expect(linesOf(`${'x'.repeat(290)} token=${'s'.repeat(100)}`)[0]).not.toContain('sss');
    expect(linesOf('-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\nafter')).toEqual(['***', 'after']);
  });

  test('of a megabyte of nonsense are there at once', () => {
    const before = performance.now();
    linesOf('\u001b['.repeat(150_000));
    linesOf(`${'\u001b]'.repeat(1_000)}\n`.repeat(100));
    expect(performance.now() - before).toBeLessThan(1_500);
  });
});
