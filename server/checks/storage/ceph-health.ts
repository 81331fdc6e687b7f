import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration, percent } from '#server/engine/setting.ts';
import type { CephClusterFact } from '#server/facts/ceph-cluster.ts';
import type { CephPoolFact } from '#server/facts/ceph-pool.ts';
import { plainly, say } from '#shared/say.ts';
import { calmNumber } from '../calm-figures.ts';
import { cephRoomKey, explainsItsClaims, silenceExplainsRoom } from '../ceph-causes.ts';
import { cephSteps, rookSteps, roomSteps } from '../ceph-steps.ts';
import { cephTroubles, unreachableWords, type CephTrouble } from '../ceph-words.ts';
import { quoted } from '../meanings.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

const minuteMs = 60_000;

/** How is Ceph, by each of its named checks, and is Rook's word of it fresh? */
export default defineCheck({
  check: 'storage/ceph-health',
  about: 'Ceph says that something is wrong (each named check with its message), Rook does not reach it, or it fills',
  needs: {
    cephCluster: 'required',
    ...{ cephPool: 'optional', persistentVolumeClaim: 'optional', persistentVolume: 'optional' },
    storageClass: 'optional',
  },
  settings: {
    stale: duration(5 * minuteMs, 'a word of Rook that is older than this says nothing of now'),
    warn: percent(80, 'a cluster that is so full is a warning'),
    bad: percent(90, 'a cluster that is so full is bad; at 95 % Ceph stops writing'),
  },
  explains: [explainsItsClaims, silenceExplainsRoom],
  judge: (snapshot, { settings }) => [
    ...[...snapshot.facts('cephCluster').values()].flatMap((cluster) => [
      health(cluster, settings.stale, snapshot.now),
      ...room(cluster, settings, snapshot.now),
    ]),
    ...[...snapshot.facts('cephPool').values()].map(poolVerdict),
  ],
});

/** Clocks differ; a date further ahead says nothing. */
const aheadMs = 60 * minuteMs;

function isStale({ checkedAt }: CephClusterFact, staleMs: number, now: number): boolean {
  return checkedAt === null || now - checkedAt > staleMs || checkedAt - now > aheadMs;
}

function health(cluster: CephClusterFact, staleMs: number, now: number): Verdict {
  const subject = { kind: 'CephCluster', namespace: cluster.namespace, name: cluster.name };
  const name = shorten(cluster.name, 60);
  if (cluster.health === '') return unsaid({ subject, name }, cluster);
  const evidence = told(cephTroubles(cluster), cluster);
  if (isStale(cluster, staleMs, now)) {
    const { checkedAt } = cluster;
    const isDated = checkedAt !== null && checkedAt <= now;
    const words = isDated
      ? say('Rook has not asked Ceph for {checkedAt:age}: how {name} is, is not known', { name, checkedAt })
      : say('Rook does not say when it asked Ceph: how {name} is, is not known', { name });
    const last = say('last known: {health}', { health: shorten(cluster.health, 40) });
    return {
      ...{ subject, level: 'unknown', say: words, evidence: [{ kind: 'text', say: last }, ...evidence] },
      steps: rookSteps(cluster),
      ...startedAt(checkedAt, now),
    };
  }
  return { ...fresh({ subject, name }, cluster, evidence), ...startedAt(cluster.changedAt, now) };
}

type Head = Pick<Verdict, 'subject'> & { name: string };
type Evidence = NonNullable<Verdict['evidence']>;

function fresh({ subject, name }: Head, cluster: CephClusterFact, evidence: Evidence): Verdict {
  const unreachable = unreachableWords(cluster);
  if (unreachable !== null) {
    const words = say('Rook does not reach the Ceph of {name}', { name });
    const why = unreachable === '' ? [] : [{ kind: 'text' as const, say: plainly(shorten(unreachable, 300)) }];
    return { subject, level: 'bad', say: words, evidence: [...why, ...evidence], steps: rookSteps(cluster) };
  }
  const troubles = cephTroubles(cluster);
  switch (cluster.health) {
    case 'HEALTH_OK':
      return fine({ subject, name }, cluster);
    case 'HEALTH_ERR':
      return { subject, level: 'bad', say: healthSay(name, troubles), evidence, steps: cephSteps(cluster, troubles) };
    case 'HEALTH_WARN':
      return {
        subject,
        // Without any check named nobody knows of what it warns.
        level: troubles[0]?.level ?? 'warn',
        say: healthSay(name, troubles),
        evidence,
        steps: cephSteps(cluster, troubles),
      };
    default: {
      const words = say('Ceph says of {name} what is not known: {health}', {
        name,
        health: quoted(cluster.health, 40),
      });
      return { subject, level: 'unknown', say: words, evidence, steps: cephSteps(cluster, troubles) };
    }
  }
}

/** Ceph may be fine while Rook cannot bring it to what is asked. */
function fine({ subject, name }: Head, cluster: CephClusterFact): Verdict {
  if (cluster.phase !== 'Failure') return { subject, level: 'ok', say: say('Ceph of {name} is healthy', { name }) };
  return {
    subject,
    level: 'warn',
    say: say('Ceph of {name} is healthy, but Rook cannot make it what is asked', { name }),
    evidence: told([], cluster),
    steps: rookSteps(cluster),
  };
}

/** A cluster that never came up: its image, its disks, its operator. */
function unsaid({ subject, name }: Head, cluster: CephClusterFact): Verdict {
  const { phase } = cluster;
  const values = { name, phase: quoted(phase, 40) };
  const words = phase === '' ? '' : ', its phase is {phase}';
  return {
    subject,
    level: phase === 'Failure' ? 'warn' : 'unknown',
    say: say(`Rook has said nothing of the health of {name} yet${words}`, phase === '' ? { name } : values),
    evidence: told([], cluster),
    steps: rookSteps(cluster),
  };
}

function healthSay(name: string, [worst, ...others]: readonly CephTrouble[]) {
  if (worst === undefined) return say('Ceph of {name} is not healthy, and does not say why', { name });
  const values = { name, what: shorten(worst.message || worst.name, 120) };
  if (others.length === 0) return say('Ceph of {name}: {what}', values);
  return say('Ceph of {name}: {what}, and {more} more', { ...values, more: others.length });
}

/** Each named check, the worst first; then what Rook itself says, if that is not all well. */
function told(troubles: readonly CephTrouble[], { phase, message }: CephClusterFact): Evidence {
  const rook =
    phase === 'Ready' || phase === 'Connected' ? '' : [phase, message].filter((part) => part !== '').join(': ');
  return [...troubles.map((each) => `${each.name}: ${each.message}`), ...(rook === '' ? [] : [`Rook: ${rook}`])].map(
    (text) => ({ kind: 'text', say: plainly(shorten(text, 300)) }),
  );
}

function room(cluster: CephClusterFact, limits: Record<'stale' | 'warn' | 'bad', number>, now: number): Verdict[] {
  const { namespace, name: whole, totalBytes: total, usedBytes } = cluster;
  if (total === null || usedBytes === null || total <= 0 || usedBytes < 0) return [];
  const full = Math.min(100, (usedBytes / total) * 100);
  const values = { name: shorten(whole, 60), used: Math.floor(full) };
  const head = { subject: { kind: 'CephCluster', namespace, name: whole }, key: cephRoomKey };
  if (isStale(cluster, limits.stale, now)) {
    return [{ ...head, level: 'unknown', say: say('Ceph of {name} was {used:percent} full when last asked', values) }];
  }
  const level = full >= limits.bad ? 'bad' : full >= limits.warn ? 'warn' : 'ok';
  const words = say('Ceph of {name} is {used:percent} full', values);
  if (level === 'ok') return [{ ...head, level, say: words }];
  const figures = say('{used:bytes} of {total:bytes} used', { used: calmNumber(usedBytes), total });
  const limit = say('Ceph stops writing at 95 % of any one disk');
  return [
    {
      ...{ ...head, level, say: words, steps: roomSteps(cluster) },
      evidence: [
        { kind: 'value', say: figures },
        { kind: 'text', say: limit },
      ],
    },
  ];
}

function poolVerdict({ namespace, name: whole, phase, source }: CephPoolFact): Verdict {
  const head = { subject: { kind: 'CephBlockPool', namespace, name: whole }, sources: [source] };
  const name = shorten(whole, 60);
  if (phase === 'Ready') return { ...head, level: 'ok', say: say('the pool {name} is ready', { name }) };
  if (['Progressing', 'Deleting'].includes(phase)) {
    return { ...head, level: 'ok', say: say('Rook is at work on the pool {name}', { name }) };
  }
  const steps = rookSteps({ namespace });
  if (phase === 'Failure') {
    return { ...head, level: 'bad', say: say('Rook cannot make the pool {name}', { name }), steps };
  }
  const words =
    phase === ''
      ? say('Rook has said nothing of the pool {name} yet', { name })
      : say('the pool {name} is in a phase that is not known: {phase}', { name, phase: quoted(phase, 40) });
  return { ...head, level: 'unknown', say: words, steps };
}
