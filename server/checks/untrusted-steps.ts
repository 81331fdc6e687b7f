import type { Snapshot } from '#server/engine/snapshot.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { Distrust } from './certificate-distrust.ts';
import { issuedSteps, showStep } from './certificate-renewal.ts';
import { splitAddress } from './door-words.ts';
import { controllerLog, ingressController } from './ingress-controller.ts';
import { seenCertificates } from './seen-certificates.ts';
import { shorten } from './shorten.ts';

/** The first steps towards trust. */
export function distrustSteps(distrust: Distrust, server: TlsServerFact, snapshot: Snapshot): Step[] {
  if (server.is === 'kubelet') {
    return [
      { ...showStep(server), say: 'See who signed it' },
      {
        say: `Has the cluster a new authority? Then restart the kubelet of ${shorten(server.name, 60)}, which has its certificate signed anew`,
      },
    ];
  }
  switch (distrust) {
    case 'default':
      return defaultSteps(server, snapshot);
    case 'self-signed':
    case 'unknown-issuer':
      return [
        { ...showStep(server), say: 'See who signed it' },
        ...etcdSteps(server),
        {
          say: 'Did your own authority sign it, or is it meant to be so? Then name the file of that certificate under "certificates: authorities:" of the configuration',
        },
      ];
    case 'incomplete':
      return [
        { ...showStep(server, '-issuer'), say: 'See who signed it' },
        {
          say: 'Put the certificates between it and the root behind it in the same file ("fullchain"), in their order',
        },
        ...secretSteps(server),
      ];
    case 'wrong-name':
      return [
        { ...showStep(server, '-ext subjectAltName'), say: 'See which names it has' },
        ...reissueSteps(server, snapshot),
      ];
    case 'not-believed':
      return [showStep(server)];
    case 'old-protocol':
      return [
        {
          say: `Have ${shorten(server.name, 80)} speak TLS 1.2 or later: it is a setting or an update of what answers there`,
        },
      ];
  }
}

/** etcd mostly has an authority of its own beside the cluster's. */
function etcdSteps({ name }: TlsServerFact): Step[] {
  if (!/:23(?:79|80)$/.test(name)) return [];
  return [
    {
      say: 'Is it etcd? That has an authority of its own: name its file under "authorities:" of this server in the configuration, such as /etc/kubernetes/pki/etcd/ca.crt or, with k3s, /var/lib/rancher/k3s/server/tls/etcd/server-ca.crt',
    },
  ];
}

/** Which object is to name which Secret, and what the controller says of it. */
function defaultSteps(server: TlsServerFact, snapshot: Snapshot): Step[] {
  const [named] = server.namedBy.filter(({ kind }) => kind !== 'Configuration');
  const about =
    named === undefined
      ? []
      : [
          {
            say: `Which Secret does ${shorten(`${named.kind} ${named.name}`, 80)} name?`,
            command: command`kubectl -n ${named.namespace ?? 'default'} describe ${named.kind.toLowerCase()} ${named.name}`,
          },
        ];
  return [
    ...secretSteps(server),
    ...about,
    ...controllerLog(ingressController(snapshot), 'What does the Ingress controller say of it?', 'secret'),
  ];
}

function secretSteps({ secret }: TlsServerFact): Step[] {
  if (secret === null) return [];
  const [namespace = '', ...name] = secret.split('/');
  return [
    {
      say: `Is Secret ${shorten(secret, 100)} there, and of type kubernetes.io/tls?`,
      command: command`kubectl -n ${namespace} get secret ${name.join('/')}`,
    },
  ];
}

function reissueSteps(server: TlsServerFact, snapshot: Snapshot): Step[] {
  const issued = seenCertificates(snapshot).find((each) => each.server === server)?.issued ?? null;
  // A certificate names no port.
  const name = shorten(splitAddress(server.name).host, 80);
  return [
    { say: `Have one issued that names ${name} too, or use one of its names` },
    ...(issued === null ? secretSteps(server) : issuedSteps(issued)),
  ];
}
