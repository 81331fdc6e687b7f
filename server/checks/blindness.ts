import type { Effect, Explains } from '#server/engine/define-check.ts';
import type { Snapshot, SourceView } from '#server/engine/snapshot.ts';
import { kubeletChecks } from './kubelet-checks.ts';

/** True for a source that comes from the API server. Sources asked elsewhere are probes, or are named with a slash: `kubelet/nuc0`. */
export function isApiFeed({ role, name }: SourceView): boolean {
  return role === 'feed' && !name.includes('/');
}

/** True for a source that lives on a watch: the logs of crashed containers are asked for one by one. */
export function isWatch(source: SourceView): boolean {
  return isApiFeed(source) && source.name !== 'crash-logs';
}

/**
 * An API that is blind explains every unknown but what is not asked of it (a kubelet, a probe) and what it forbids
 * (that has a cause of its own). Kubelets ask the API who we are: one that refuses us while the API is blind does so for that.
 * That a TLS server shows no certificate it explains where neither can be reached.
 */
export const blindness: Explains = {
  checks: ['*/*'],
  when(cause, effect, snapshot) {
    if (cause.level !== 'bad' || effect.level !== 'unknown') return false;
    const { kind, name } = effect.subject;
    if (isProbedByUs(effect)) return false;
    if (isSeenByHandshake(effect)) return effect.check === 'certificates/not-shown' && cannotBeReached(snapshot);
    if (kind !== 'Source')
      return !kubeletChecks.includes(effect.check) || refusesUs(snapshot.sources.get(`kubelet/${name}`));
    const source = snapshot.sources.get(name);
    if (source === undefined) return false;
    return isApiFeed(source) ? source.state !== 'forbidden' && source.state !== 'absent' : refusesUs(source);
  },
};

/** True for what is judged by TLS handshakes of our own, or by what we present ourselves: nothing of the API is needed for it. */
function isSeenByHandshake({ check, id, subject }: Effect): boolean {
  if (!check.startsWith('certificates/')) return false;
  return ['Host', 'Endpoint', 'Credential'].includes(subject.kind) || id.endsWith('|kubelet');
}

/** True for what we ask for ourselves, past the API. */
function isProbedByUs({ check }: Effect): boolean {
  return /^services\/(?!no-endpoints$|controller-down$)/.test(check);
}

/** The same network, or the same machine, keeps us from both. One that answers and refuses us is in nobody's way. */
function cannotBeReached(snapshot: Snapshot): boolean {
  const outcome = snapshot.facts('apiDoor').get('api')?.outcome ?? 'ready';
  return ['unreachable', 'timeout', 'dns', 'silent', 'refused'].includes(outcome);
}

function refusesUs(source: SourceView | undefined): boolean {
  return source?.state === 'unauthorized';
}
