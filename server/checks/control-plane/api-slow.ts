import { defineCheck } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import { say } from '#shared/say.ts';
import { apiDistribution } from '../distribution.ts';
import { serverLog } from '../server-steps.ts';
import { apiSubject as subject } from '../subjects.ts';

/** Does the API take its time? Only while it is ready: what fails is slow as well, and says so elsewhere. */
export default defineCheck({
  check: 'control-plane/api-slow',
  about: 'the API server takes long to answer',
  needs: { apiDoor: 'required' },
  settings: {
    warn: duration(1_000, 'an answer that takes longer than this is slow'),
    for: duration(60_000, 'how long it must be slow before that counts'),
  },
  for: (settings) => settings.for,
  judge(snapshot, { settings }) {
    const door = snapshot.facts('apiDoor').get('api');
    if (door?.outcome !== 'ready' || door.latencyMs === null) return [];
    const latency = door.latencyMs;
    if (latency <= settings.warn) {
      return [{ subject, level: 'ok', say: say('the API answers in {latency:duration}', { latency }) }];
    }
    return [
      {
        subject,
        level: 'warn',
        say: say('the API takes {latency:duration} to answer', { latency }),
        series: ['control-plane/latency'],
        evidence: [{ kind: 'value', say: say('slow is over {limit:duration}', { limit: settings.warn }) }],
        steps: [
          { say: 'On the server node: what is busy?', command: 'top -b -n 1 | head -n 20' },
          { say: 'Is its disk slow? Look for "took too long" in the log' },
          ...serverLog(apiDistribution(snapshot)),
        ],
      },
    ];
  },
});
