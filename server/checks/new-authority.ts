import type { Explains } from '#server/engine/define-check.ts';
import { subjectId } from '#shared/finding.ts';
import { freshFact } from './fresh-fact.ts';

/** A cluster whose authority is another one now explains that we do not trust its kubelets either. */
export const newAuthorityExplains: Explains = {
  checks: ['certificates/untrusted', '*/unseen'],
  when(cause, { check, subject }, snapshot) {
    if (cause.level !== 'bad' || freshFact(snapshot, 'apiHandshake', 'api')?.newAuthority !== true) return false;
    if (check === 'certificates/untrusted')
      return snapshot.facts('tlsServer').get(subjectId(subject))?.is === 'kubelet';
    const isKubelet = subject.kind === 'Source' && /^kubelet(-certificates)?\//.test(subject.name);
    return isKubelet && snapshot.sources.get(subject.name)?.state === 'untrusted';
  },
};
