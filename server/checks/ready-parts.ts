/** How many parts a sentence names before it counts the rest. */
const named = 2;

/**
 * The failing parts of `/readyz` in words: "etcd does not answer". Etcd comes first, since others fail because of it.
 * "" if none are named.
 */
export function failingParts(parts: readonly string[]): string {
  const etcdFirst = [...parts].sort((a, b) => Number(b.startsWith('etcd')) - Number(a.startsWith('etcd')));
  const words = [...new Set(etcdFirst.map(partWords))];
  if (words.length <= named) return words.join(' and ');
  const more = words.length - named;
  return `${words.slice(0, named).join(', ')} and ${more} more ${more === 1 ? 'part fails' : 'parts fail'}`;
}

function partWords(part: string): string {
  const name = part.slice(0, 100);
  if (name === 'etcd' || name === 'etcd-readiness') return 'etcd does not answer';
  if (name === 'shutdown') return 'it is shutting down';
  if (name === 'informer-sync') return 'it has not read all objects yet';
  const [, step] = /^poststarthook\/(.+)$/.exec(name) ?? [];
  return step === undefined ? `its part ${name} fails` : `its start-up step ${step} has not finished`;
}
