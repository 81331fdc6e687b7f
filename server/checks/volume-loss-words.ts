import type { Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { isMeasuredNow, claimUses, type ClaimUse } from './claim-use.ts';
import { calmNumber } from './calm-figures.ts';
import type { LastGood } from './last-good.ts';
import { shorten } from './shorten.ts';
import { isReplaced, seemsRestored, type Loss } from './volume-loss.ts';
import type { Reason } from './volume-reason.ts';
import type { Figures } from './volume-sample.ts';

// A kubelet measures once a minute, and is asked twice: what lies farther apart was not watched in between.
const farApartMs = 45 * 60_000;

/** "gitea-data lost its data: 1.9 GB to 32 MB at 10:10, after nuc0 rebooted". */
export function lossSentence(loss: Loss, claim: string, reason: Reason | null): Say {
  const { before, after } = loss;
  const isFar = after.at - before.at > farApartMs;
  const what = ofBytes(loss)
    ? { words: '{held:bytes} to {left:bytes}', held: calmNumber(before.bytes ?? 0), left: calmNumber(after.bytes ?? 0) }
    : { words: '{held} files to {left}', held: grouped(before.inodes ?? 0), left: grouped(after.inodes ?? 0) };
  const when = isFar ? 'between {from:at} and {at:at}' : 'at {at:at}';
  return say(`{name} lost its data: ${what.words} ${when}${reason?.words ?? ''}`, {
    ...{ name: shorten(nameOf(claim), 60), held: what.held, left: what.left, at: after.at },
    ...(isFar ? { from: before.at } : {}),
    ...reason?.values,
  });
}

/** Bytes are told where they tell it: of a small volume on a large file system they have hardly changed. */
function ofBytes({ fall, before, after }: Loss): boolean {
  if (fall !== 'small') return fall === 'bytes';
  return before.bytes !== null && after.bytes !== null && after.bytes <= before.bytes / 2;
}

function nameOf(claim: string): string {
  return claim.slice(claim.indexOf('/') + 1);
}

/** 40,000; with the three digits that matter. */
function grouped(count: number): string {
  return Math.round(calmNumber(count)).toLocaleString('en-US');
}

type Evidence = NonNullable<Verdict['evidence']>;

/** What was there and what is left, what storage says of it, the last good backup, who mounts it. */
export function lossEvidence(loss: Loss, claim: string, good: LastGood | null, snapshot: Snapshot): Evidence {
  const use = claimUses(snapshot).get(claim);
  return [
    { kind: 'value', say: figures(loss) },
    ...(loss.confirmedAt === null
      ? [text('one measurement so far: the next, within 2 min, confirms it or takes it back')]
      : []),
    ...(seemsRestored(loss) && loss.confirmedAt !== null
      ? [{ kind: 'value' as const, say: dated('now there are {x} again', loss.now, loss.now.at) }]
      : []),
    ...goodEvidence(good),
    ...volumeWords(loss, use, snapshot),
    ...(use === undefined ? [text('the claim is gone')] : podEvidence(use, snapshot)),
  ];
}

function figures({ before, after }: Loss): Say {
  const a = dated('{x} at {t:at}', before, before.at, 'b');
  const b = dated('{x} at {t:at}', after, after.at, 'a');
  return say(`${a.template}, then ${b.template}`, { ...a.values, ...b.values });
}

/** `{x}` in the words is how much, `{t:at}` when; `key` tells the values of two apart. */
function dated(words: string, { bytes, inodes }: Figures, at: number, key = ''): Say {
  const parts = [
    ...(bytes === null ? [] : [`{bytes${key}:bytes}`]),
    ...(inodes === null ? [] : [bytes === null ? `{files${key}} files` : `in {files${key}} files`]),
  ];
  const template = words.replace('{x}', parts.join(' ')).replace('{t:', `{at${key}:`);
  return say(template, {
    ...(bytes === null ? {} : { [`bytes${key}`]: calmNumber(bytes) }),
    ...(inodes === null ? {} : { [`files${key}`]: grouped(inodes) }),
    ...(template.includes(':at}') ? { [`at${key}`]: at } : {}),
  });
}

/** The last good backup that is known; nothing if none is. */
export function goodEvidence(good: LastGood | null): Evidence {
  return good?.at == null ? [] : [lastGood(good, good.at)];
}

function lastGood({ object, bytes }: LastGood, at: number): Evidence[number] {
  const name = shorten(object, 100);
  if (bytes === null) return { kind: 'text', say: say('last good backup known: of {at:at}, {name}', { at, name }) };
  const values = { at, name, bytes: calmNumber(bytes) };
  return { kind: 'text', say: say('last good backup known: of {at:at}, {bytes:bytes}, {name}', values) };
}

function volumeWords(loss: Loss, use: ClaimUse | undefined, snapshot: Snapshot): Evidence {
  const { before, after } = loss;
  const made = use?.volume?.made;
  const name = shorten(after.mount.volume, 80);
  const of =
    made === undefined
      ? ''
      : made.driver || { local: 'local', host: 'of the host', nfs: 'NFS', csi: 'CSI', other: '' }[made.is];
  const driver = shorten(of, 60);
  return [
    ...(isReplaced(loss) && before.mount !== null
      ? [text('its volume was {old}, it is {name} now', { old: shorten(before.mount.volume, 80), name })]
      : []),
    ...longhornWords(name, snapshot),
    ...(use?.shares === 'server' && made !== undefined
      ? [text('the figures are those of the whole share of {server}', { server: shorten(made.server || driver, 60) })]
      : []),
    ...(name === ''
      ? []
      : [
          driver === ''
            ? text('its volume: {name}', { name })
            : text('its volume: {name} ({driver})', { name, driver }),
        ]),
  ];
}

/** It looks at its replicas, not into the file system. */
function longhornWords(volume: string, snapshot: Snapshot): Evidence {
  const found = [...snapshot.facts('longhornVolume').values()].find(
    (each) => each.name === volume || (each.volume !== '' && each.volume === volume),
  );
  if (found === undefined || found.robustness === '') return [];
  const word = shorten(found.robustness, 40);
  return [text(word === 'healthy' ? 'Longhorn says healthy: it does not know' : 'Longhorn says {word}', { word })];
}

/** Who mounts it. */
export function podEvidence(use: ClaimUse, snapshot: Snapshot): Evidence {
  const [first, ...more] = use.pods;
  if (first === undefined) return [text('no pod mounts it now')];
  const values = { pod: shorten(first.name, 60), node: shorten(first.node ?? 'no node yet', 60), more: more.length };
  const blind = use.measuredBy !== null && !isMeasuredNow(use, snapshot) ? ', whose kubelet does not answer' : '';
  const others = more.length === 0 ? '' : ', and {more} more';
  return [text(`mounted by {pod} on {node}${blind}${others}`, values)];
}

function text(words: string, values: Record<string, string | number> = {}): Evidence[number] {
  return { kind: 'text', say: say(words, values) };
}
