import { defineSeries } from '#server/engine/define-series.ts';
import { endings } from './certificate-endings.ts';

const day = 86_400_000;
/** Who is to be asked is known by the last two. */
const asked = ['tls', 'api-handshake', 'nodes', 'ingresses'];

/**
 * Whole days until the soonest certificate ends, by the same rule as the tile's figure; 0 once it has. Nothing before every
 * server was asked once: that of those who answered first is not the soonest.
 */
export const soonestCertificate = defineSeries({
  series: 'certificates/soonest',
  unit: 'count',
  title: () => 'Days until the soonest certificate ends',
  // Each ending is looked at by its own source: nothing of the API is needed for what we see ourselves.
  needs: ['apiDoor'],
  read(snapshot) {
    if (asked.some((name) => snapshot.sources.get(name)?.state === 'syncing')) return [];
    const [first] = endings(snapshot);
    if (first === undefined) return [];
    return [{ subject: null, value: Math.max(0, Math.floor((first.notAfter - snapshot.now) / day)) }];
  },
});
