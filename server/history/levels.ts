import type { Stretch } from '#shared/history.ts';
import type { LevelStore } from './history.ts';

const keptMs = 24 * 3_600_000;
const maxStretches = 2_000;
const maxSubjects = 1_000;

/** An empty record of levels, in memory: 24 h, 2,000 a subject, 1,000 subjects. */
export function createLevels(): LevelStore {
  // In the order of their last change, so that the longest unchanged ended subject is let go first.
  const bySubject = new Map<string, Stretch[]>();

  return {
    record(subject, level, at) {
      const stretches = bySubject.get(subject);
      const last = stretches?.at(-1);
      if (last?.to === null && last.level === level) return;
      const kept = [...closed(stretches ?? [], at), { level, from: at, to: null }];
      bySubject.delete(subject);
      bySubject.set(subject, pruned(kept, at));
      if (bySubject.size > maxSubjects) letGo(bySubject);
    },
    pause(at) {
      for (const [subject, stretches] of bySubject) bySubject.set(subject, closed(stretches, at));
    },
    alive: () => undefined,
    read(subject, from, to) {
      const stretches = bySubject.get(subject);
      if (stretches === undefined) return null;
      return stretches.filter((each) => each.from < to && (each.to ?? Infinity) > from);
    },
  };
}

function closed(stretches: readonly Stretch[], at: number): Stretch[] {
  return stretches.map((stretch) => (stretch.to === null ? { ...stretch, to: Math.max(at, stretch.from) } : stretch));
}

function pruned(stretches: Stretch[], now: number): Stretch[] {
  return stretches.filter(({ to }) => to === null || to > now - keptMs).slice(-maxStretches);
}

/** Lets go of the subject that has been fine for longest; areas and what lasts stay. */
function letGo(bySubject: Map<string, Stretch[]>): void {
  for (const [subject, stretches] of bySubject) {
    const last = stretches.at(-1);
    if (subject.includes('|') && (last === undefined || last.to !== null || last.level === 'ok')) {
      bySubject.delete(subject);
      return;
    }
  }
  const oldest = [...bySubject.keys()].find((subject) => subject.includes('|'));
  if (oldest !== undefined) bySubject.delete(oldest);
}
