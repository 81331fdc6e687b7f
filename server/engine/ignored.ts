import { subjectId } from '#shared/finding.ts';
import type { EngineConfig } from './engine-config.ts';
import { matches } from './pattern.ts';
import type { Track } from './track.ts';

/** True if the configuration leaves this finding out. Being blind cannot be left out: it would be green without evidence. */
export function isIgnored({ check, subject }: Track, { ignore }: EngineConfig, now: number): boolean {
  if (ignore.length === 0 || check.endsWith('/unseen')) return false;
  const name = subjectId(subject);
  return ignore.some(
    (rule) =>
      (rule.until === undefined || now < rule.until) && matches(rule.check, check) && matches(rule.subject, name),
  );
}
