import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { copyKubeconfigSteps, kubeconfigIn } from './copy-kubeconfig.ts';
import type { Distribution } from './distribution.ts';
import { certificateCheck, renewOwnSteps } from './renew-steps.ts';
import { shorten } from './shorten.ts';
import { credentialEnded } from './unauthorized-words.ts';

// Of the account that comes with the wall; who made another knows its name.
const newToken = 'kubectl -n clusterwall create token clusterwall --duration=8760h';

/** What steps depend on beside what the door says: the distribution, its one server node (null where that is not known), the time (epoch ms). */
export interface AskedOf {
  distribution: Distribution;
  server: NodeFact | null;
  now: number;
}

/** The first steps when the API refuses our credentials or there are none, by the kind of credentials. */
export function credentialSteps(door: ApiDoorFact, { distribution, server, now }: AskedOf): Step[] {
  const { credential } = door;
  const from = shorten(credential.from);
  switch (credential.kind) {
    case 'client-certificate':
      return credentialEnded(door, now)
        ? renewOwnSteps(distribution, door, server)
        : replaceSteps(distribution, door, server);
    case 'token':
      return [
        { say: 'Is the account that the token was issued for still there?', command: 'kubectl get serviceaccounts -A' },
        {
          say: `Have a new token issued and put it into ${kubeconfigIn(from)?.file ?? 'the kubeconfig'}; the wall takes it up by itself`,
          command: newToken,
        },
      ];
    case 'token-file':
      return [
        { say: 'Is the file of the token still there and renewed?', command: command`ls -l ${credential.from}` },
        {
          say: 'Have a new token issued and write it into the file; the wall takes it up by itself',
          command: newToken,
        },
      ];
    case 'exec':
      return [
        { say: `Run the credential plugin by hand, as the user of the wall: ${from}` },
        { say: 'See how the kubeconfig calls it', command: 'kubectl config view --minify' },
      ];
    case 'service-account':
      return [
        { say: 'Is the ServiceAccount of the wall still there?', command: 'kubectl get serviceaccounts -A' },
        { say: 'Restart the pod of the wall, which gives it a new token; look for it', command: 'kubectl get pods -A' },
      ];
    case 'none':
      return [
        { say: `There are no credentials in ${from === '' ? 'the kubeconfig' : from}: add a user to the context` },
        { say: 'See the context in use', command: 'kubectl config view --minify' },
      ];
  }
}

/** In its time and refused: it is signed by an authority that the API trusts no longer. */
function replaceSteps(
  distribution: Distribution,
  { address, credential }: ApiDoorFact,
  server: NodeFact | null,
): Step[] {
  return [
    { say: 'Ask with the same credentials', command: 'kubectl auth whoami' },
    ...copyKubeconfigSteps(
      'Was the cluster set up anew, or its authority exchanged? Then ours is old',
      address,
      credential,
      distribution,
    ),
    ...(distribution === 'k3s' || distribution === 'rke2'
      ? [certificateCheck(distribution, server, 'See whether certificates of the server have expired')]
      : []),
  ];
}
