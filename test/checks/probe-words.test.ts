import { describe, expect, test } from 'vitest';
import { probeWords } from '#server/checks/probe-words.ts';

describe('a failed probe in plain words', () => {
  test.for([
    ['Readiness probe failed: HTTP probe failed with statuscode: 503', 'its readiness probe gets status 503'],
    [
      'Readiness probe failed: Get "http://10.42.0.7:8080/ready": dial tcp 10.42.0.7:8080: connect: connection refused',
      'its readiness probe is refused: nothing listens at its port',
    ],
    [
      'Liveness probe failed: Get "http://10.42.0.7:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'its liveness probe gets no answer in time',
    ],
    ['Startup probe failed: dial tcp 10.42.0.7:5432: i/o timeout', 'its startup probe gets no answer in time'],
    [
      'Readiness probe failed: Get "http://10.42.0.7:80/": read tcp 10.42.0.1:53422->10.42.0.7:80: read: connection reset by peer',
      'its readiness probe is cut off before an answer',
    ],
    [
      'Readiness probe failed: service unhealthy (responded with "NOT_SERVING")',
      'its readiness probe is answered NOT_SERVING',
    ],
    [
      'Readiness probe errored: rpc error: code = Unknown desc = failed to exec in container: exec: "pg_isready": executable file not found in $PATH',
      'its readiness probe has a command that is not in its image',
    ],
    ['Readiness probe failed: 10.42.0.7:5432 - no response', 'its readiness probe says "10.42.0.7:5432 - no response"'],
    ['Readiness probe failed: ', 'its readiness probe fails'],
    ['Readiness probe failed', 'its readiness probe fails'],
  ])('%s', ([message, words]) => {
    expect(probeWords(message!)?.words).toBe(words);
  });

  test('tells which probe it is, and what is none', () => {
    expect(probeWords('Startup probe failed: x')?.probe).toBe('startup');
    expect(probeWords('Back-off restarting failed container')).toBeNull();
    expect(probeWords('')).toBeNull();
  });

  test('of 100 KB stays a line', () => {
    expect(probeWords(`Readiness probe failed: ${'x'.repeat(100_000)}`)?.words.length).toBeLessThan(160);
  });
});
