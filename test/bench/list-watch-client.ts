import { connect } from '#server/cluster/connect.ts';
import { kinds } from '#server/cluster/kinds.ts';
import { createReadinessGate } from '#server/cluster/readiness-gate.ts';
import { watchCluster } from '#server/cluster/watch-cluster.ts';
import { createStore } from '#server/store/store.ts';

// The measured process of list-watch.ts: only transport, list-watch and store, which is looked at each second as the
// engine would. Ends with exit code 3 if it does not hold what it should.
const expected = Number(process.env['EXPECTED_PODS']);
const { connection, refusals } = await connect({ env: process.env, clock: Date.now });
if (connection === null) throw new Error(refusals.join('; '));
const store = createStore({ clock: Date.now });
const gate = createReadinessGate();
gate.set(true, '');
watchCluster({
  connection,
  sink: store,
  gate,
  clock: Date.now,
  kinds: kinds.filter(({ source }) => source === 'pods'),
});
let known = 0;
setInterval(() => {
  known = store.snapshot().facts('pod').size;
}, 1_000);
process.on('SIGTERM', () => process.exit(known === expected ? 0 : 3));
