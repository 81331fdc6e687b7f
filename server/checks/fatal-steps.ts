import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { FatalLook } from './fatal-lines.ts';
import { nodeDistribution } from './distribution.ts';
import { idleSteps } from './idle-steps.ts';
import { changeable, inContainer, type RunPlace } from './run-place.ts';

type StepsFor = (place: RunPlace, name: string) => Step[];

/** The first steps after a fatal line. `name` is what the line names: a host, a file, an address. */
export function fatalSteps(look: FatalLook | null, place: RunPlace, name: string): Step[] {
  return look === null ? [] : stepsFor[look](place, name);
}

const settingsSteps: StepsFor = ({ pod }) => [
  {
    say: 'What does it get as environment and files?',
    command: command`kubectl -n ${pod.namespace} get pod ${pod.name} -o yaml`,
  },
];

const stepsFor: Record<FatalLook, StepsFor> = {
  'write-ahead-log': (place) => [...idleSteps(place, '"$PGDATA"'), ...resetSteps(place)],
  innodb: (place) => [
    ...idleSteps(place, '/var/lib/mysql'),
    {
      say: 'Best: restore a backup. Else start it with innodb_force_recovery=1 (then 2, 3, ...), dump all, and restore the dump into an empty volume',
    },
  ],
  'redis-file': (place) => [
    ...idleSteps(place, '/data'),
    {
      say: 'Best: restore a backup. Else repair it in the idle pod, which cuts off what comes after the damage',
      command: inContainer(place, 'ls -R /data; redis-check-aof --help'),
    },
  ],
  sqlite: (place) => [
    ...idleSteps(place, '/data'),
    { say: 'Restore a backup, or save what can be read: sqlite3 damaged.db .recover | sqlite3 new.db' },
  ],
  'other-version': () => [
    {
      say: 'Go back to the image of the version before. To upgrade: dump with the old version, restore into an empty volume with the new one',
    },
  ],
  'disk-full': (place) => [
    {
      say: 'Which volumes does it have?',
      command: command`kubectl -n ${place.pod.namespace} get persistentvolumeclaims`,
    },
    diskStep(place),
    { say: 'Make room or enlarge the volume first: a database needs room to start' },
  ],
  watchers: ({ node }) => [
    {
      say: `On ${node?.name ?? 'the node'}: which limits has it? Raise the one that is reached`,
      command: 'sysctl fs.inotify.max_user_watches fs.inotify.max_user_instances fs.file-max',
    },
  ],
  memory: ({ pod }) => [
    {
      say: 'How much does it use, of which limit?',
      command: command`kubectl -n ${pod.namespace} top pod ${pod.name} --containers`,
    },
  ],
  architecture: () => [
    { say: 'Which processors do the nodes have?', command: 'kubectl get nodes -L kubernetes.io/arch' },
  ],
  port: ({ pod }) => [
    {
      say: 'Two containers of one pod, or two pods on the network of the node, want the same port',
      command: command`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${pod.node ?? ''}`}`,
    },
  ],
  certificate: () => [
    { say: 'Which certificate does it mount or ask for? Renew the one that is meant, then let it start again' },
  ],
  login: settingsSteps,
  database: settingsSteps,
  settings: settingsSteps,
  connections: () => [
    { say: 'Which pods hold connections? Fewer replicas or smaller pools free some; the limit may be too low' },
  ],
  name: hostSteps,
  host: hostSteps,
  'read-only': (place) => [
    { say: 'Does it want a volume there, or is a disk of the node read-only after an error?' },
    diskStep(place),
  ],
  owner: ({ pod }) => [
    {
      say: 'As whom does it run, and with which fsGroup?',
      command: command`kubectl -n ${pod.namespace} get pod ${pod.name} -o ${securityPath}`,
    },
  ],
  rights: ({ pod }, name) => [
    { say: 'What may it do?', command: command`kubectl -n ${pod.namespace} auth can-i --list --as ${name}` },
  ],
  lock: ({ pod }) => [
    {
      say: 'Does another pod use the same volume?',
      command: command`kubectl -n ${pod.namespace} get pods -o wide`,
    },
  ],
};

const securityPath = 'jsonpath={.spec.securityContext}{.spec.containers[*].securityContext}';

/** A damaged write-ahead log of PostgreSQL is reset, which is the last resort. */
function resetSteps(place: RunPlace): Step[] {
  const target = changeable(place.subject);
  return [
    {
      say: 'Best: restore a backup. Only without one reset the write-ahead log: the last transactions can be lost',
      command: inContainer(place, 'su postgres -c "$(command -v pg_resetwal) -f $PGDATA"'),
    },
    ...(target === null
      ? []
      : [
          {
            say: 'Let it run again, then dump everything and restore the dump into a new database',
            command: command`kubectl -n ${place.pod.namespace} rollout undo ${target}`,
          },
        ]),
  ];
}

function hostSteps({ pod }: RunPlace, name: string): Step[] {
  const host = /^([a-z0-9-]+)(?:\.([a-z0-9-]+))?(?:\.svc\S*?)?(?::\d+)?$/.exec(name);
  const [, service, namespace = pod.namespace] = host ?? [];
  // An address says nothing of whose it is.
  if (service === undefined || /^[\d.:]+$/.test(name)) {
    return [{ say: 'Whose address is it?', command: 'kubectl get services,pods -A -o wide' }];
  }
  return [
    {
      say: `Does ${service} run, and has it addresses?`,
      command: command`kubectl -n ${namespace} get endpointslices -l ${`kubernetes.io/service-name=${service}`}`,
    },
    { say: 'What runs there?', command: command`kubectl -n ${namespace} get services,pods` },
  ];
}

function diskStep({ node }: RunPlace): Step {
  if (node === undefined) return { say: 'On its node: which disk is full or read-only?', command: 'df -h' };
  if (nodeDistribution(node) !== 'talos')
    return { say: `On ${node.name}: which disk is full or read-only?`, command: 'df -h' };
  return {
    say: 'Which disks does its node have?',
    command: command`talosctl -n ${node.internalIp ?? node.name} mounts`,
  };
}
