// The baseline: client-node's own informer on pods, alone in its process, as its documentation shows it.
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';

const config = new KubeConfig();
config.loadFromDefault();
const api = config.makeApiClient(CoreV1Api);
const informer = makeInformer(config, '/api/v1/pods', () => api.listPodForAllNamespaces());
let changes = 0;
informer.on('update', () => (changes += 1));
informer.on('error', (error) => {
  console.error(`informer: ${error}`);
  setTimeout(() => informer.start(), 1000);
});
process.on('message', (asked) => {
  if (asked === 'count') process.send({ pods: informer.list().length, changes });
});
await informer.start();
