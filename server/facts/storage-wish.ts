import { textOf, type Raw } from './read-raw.ts';

/** What the annotations `clusterwall.dev/...` of a claim, or of a CronJob, say of its data and backups. */
export interface StorageWish {
  /** `clusterwall.dev/expect-shrink: "true"`: its data come and go. */
  expectShrink: boolean;
  /** `clusterwall.dev/backup: "none"`: it is not to be backed up. */
  noBackup: boolean;
  /** `clusterwall.dev/restore-tested: "2026-10-01"`: when a restore was last tried, epoch ms (UTC midnight); null if not said. */
  restoreTestedAt: number | null;
  /** What of them cannot be understood, in words; "" if nothing. */
  problem: string;
}

/** What an object's annotations wish; the very same object where they say nothing, as most do. */
export function storageWishOf(annotations: Raw): StorageWish {
  const keys = names.filter((name) => annotations[prefix + name] !== undefined);
  if (keys.length === 0) return noStorageWish;
  const told = (name: string) => textOf(annotations[prefix + name], longest).trim();
  const [expect, backup, tested] = [told('expect-shrink'), told('backup'), told('restore-tested')];
  const restoreTestedAt = dayOf(tested);
  const problems = [
    ...(yes.test(expect) || no.test(expect) ? [] : [`expect-shrink ${quoted(expect)} is neither "true" nor "false"`]),
    ...(none.test(backup) || yes.test(backup) ? [] : [`backup ${quoted(backup)} is not "none"`]),
    ...(tested === '' || restoreTestedAt !== null
      ? []
      : [`restore-tested ${quoted(tested)} is no date: write it like 2026-10-01`]),
  ];
  return {
    expectShrink: expect !== '' && yes.test(expect),
    noBackup: backup !== '' && none.test(backup),
    restoreTestedAt,
    problem: problems.map((problem) => prefix + problem).join('; '),
  };
}

const prefix = 'clusterwall.dev/';
const names = ['expect-shrink', 'backup', 'restore-tested'];
const longest = 200;
/** Nothing written is no mistake. */
const yes = /^(?:true|on|yes|)$/i;
const no = /^(?:false|off|no)$/i;
const none = /^(?:none|false|off|no|)$/i;

/** Midnight UTC of `2026-10-01` (a time of day behind it is left out), null for what is no day. */
function dayOf(text: string): number | null {
  const [, day = ''] = /^(\d{4}-\d\d-\d\d)(?:[T ].*)?$/.exec(text) ?? [];
  const at = Date.parse(`${day}T00:00:00Z`);
  // February has no 31st: some parsers go on into March.
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(day) ? at : null;
}

function quoted(value: string): string {
  const line = value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 57).toWellFormed()}...` : line}"`;
}

/** Nothing is wished. */
export const noStorageWish: StorageWish = Object.freeze({
  ...{ expectShrink: false, noBackup: false, restoreTestedAt: null, problem: '' },
});
