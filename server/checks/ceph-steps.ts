import type { CephClusterFact } from '#server/facts/ceph-cluster.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { CephTrouble } from './ceph-words.ts';

/** A question to Ceph itself, in Rook's toolbox. */
function ask(namespace: string, say: string, question: string): Step {
  return { say, command: `${command`kubectl -n ${namespace} exec deploy/rook-ceph-tools -- `}${question}` };
}

/** What else to ask, by the name of a check: the first that fits the worst one. */
const questions: readonly (readonly [name: RegExp, say: string, question: string])[] = [
  [/^RECENT_/, 'What crashed? (`ceph crash archive-all` says that you have seen it)', 'ceph crash ls'],
  [/FULL|_DISK_/, 'What is full?', 'ceph osd df tree'],
  [/^OSD|^SLOW_OPS/, 'Which disks are down, and on which nodes?', 'ceph osd tree'],
  [/^MON|^AUTH/, 'Which monitors are there?', 'ceph mon stat'],
  [/^PG_(?:AVAILABILITY|DEGRADED|DAMAGED)|^OBJECT/, 'Which placement groups are stuck?', 'ceph pg dump_stuck'],
  [/^MDS|^FS/, 'How are the file systems?', 'ceph fs status'],
];

/** The first steps for a cluster that says what is wrong with it. */
export function cephSteps({ namespace }: CephClusterFact, [worst]: readonly CephTrouble[]): Step[] {
  const found = questions.find(([name]) => worst !== undefined && name.test(worst.name));
  return [
    ask(namespace, "What does Ceph say of it? (in Rook's toolbox)", 'ceph health detail'),
    ...(found === undefined ? [] : [ask(namespace, found[1], found[2])]),
    podsStep(namespace),
  ];
}

/** The first steps where Rook itself says nothing, or cannot reach Ceph. */
export function rookSteps({ namespace }: Pick<CephClusterFact, 'namespace'>): Step[] {
  return [
    podsStep(namespace),
    {
      say: 'What does the operator say?',
      command: command`kubectl -n ${namespace} logs deploy/rook-ceph-operator --tail 50`,
    },
    ask(namespace, "Does Ceph answer in Rook's toolbox?", 'ceph status'),
  ];
}

/** The first steps for a cluster that is nearly full. */
export function roomSteps({ namespace }: CephClusterFact): Step[] {
  return [
    ask(namespace, 'Which pool has it?', 'ceph df'),
    ask(namespace, 'Which disks are fullest?', 'ceph osd df tree'),
  ];
}

function podsStep(namespace: string): Step {
  return { say: 'Do its pods run?', command: command`kubectl -n ${namespace} get pods` };
}
