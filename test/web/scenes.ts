import type { Board, Tile } from '#shared/board.ts';
import type { Area } from '#shared/area.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import {
  hour,
  makeBoard,
  makeFinding,
  makeMoments,
  makeNodeRows,
  makeSources,
  makeTile,
  minute,
  node,
  saw,
  second,
  type Scene,
} from './fixtures.ts';

const restOf = (board: Board, now: number): Scene => ({
  board,
  rows: { nodes: makeNodeRows(now) },
  moments: makeMoments(now),
});

const controlPlane = (now: number): Tile =>
  makeTile('control-plane', now, {
    level: 'ok',
    figure: { value: '12', unit: 'ms', rest: 'to answer' },
    detailSay: plainly('k3s v1.36.2, watches live'),
  });
const nodes = (now: number): Tile =>
  makeTile('nodes', now, {
    level: 'ok',
    figure: { value: '4', rest: 'of 4 ready' },
    detailSay: say('last heartbeat {at:age} ago', { at: now - 3 * second }),
  });
const workloads = (now: number): Tile =>
  makeTile('workloads', now, {
    level: 'ok',
    figure: { value: '47', rest: 'of 47 up' },
    detailSay: plainly('2 restarts today'),
  });

/** Three areas are watched and fine; the others are not watched yet. */
export function allGood(now: number): Scene {
  return restOf(
    makeBoard(now, [controlPlane(now), nodes(now), workloads(now)], [], {
      say: plainly('All good in the 3 areas watched'),
    }),
    now,
  );
}

/** All ten areas are watched and fine. */
export function tenGood(now: number): Scene {
  const rest: [Area, Tile['figure'], string][] = [
    ['jobs', { value: '11', rest: 'cron jobs on time' }, 'next: cat-of-the-day in 9 h'],
    ['certificates', { value: '214', rest: 'days left' }, 'soonest: api-server'],
    ['storage', { value: '18', rest: 'volumes bound' }, 'fullest 72 % gitea-data'],
    ['backups', { value: '7', unit: 'h', rest: 'since the last' }, '18 of 18 volumes covered'],
    ['registry', { value: '31', rest: 'images, all present' }, 'harbor 8 of 8 healthy'],
    ['services', { value: '14', rest: 'of 14 answer' }, 'slowest 180 ms mealie'],
    ['gitops', { value: '23', rest: 'in sync' }, 'argo cd'],
  ];
  const tiles = rest.map(([area, figure, detail]) =>
    makeTile(area, now, { level: 'ok', figure, detailSay: plainly(detail) }),
  );
  return restOf(makeBoard(now, [controlPlane(now), nodes(now), workloads(now), ...tiles], []), now);
}

/** A node has gone silent, which explains three pods; another is cordoned. */
export function nodeLost(now: number): Scene {
  const since = now - 4 * minute;
  const lost = makeFinding(now, {
    check: 'nodes/no-heartbeat',
    level: 'bad',
    subject: node('nuc2'),
    say: say('nuc2 has sent no heartbeat for {since:age}', { since }),
    since,
    explains: 3,
    series: ['node-heartbeat-age/nuc2'],
    evidence: [
      saw('value', say('its lease was last renewed {since:at}; every 10 s is usual', { since }), now),
      saw('text', plainly('the API still calls it Ready: it gives up on a node after 40 s of silence'), now),
      saw('log', plainly('kubelet: Failed to update lease: context deadline exceeded'), now),
    ],
    steps: [
      { say: 'Is it there at all?', command: command`ping -c 3 ${'nuc2'}` },
      {
        say: 'What does it say about itself?',
        command: command`ssh ${'nuc2'} journalctl -u k3s-agent -n 50 --no-pager`,
      },
      { say: 'What ran on it?', command: command`kubectl get pods -A --field-selector spec.nodeName=${'nuc2'}` },
    ],
  });
  const pods = ['git/gitea-0', 'media/photos-5f7c', 'home/zigbee2mqtt-0'].map((path) => {
    const [namespace = '', name = ''] = path.split('/');
    return makeFinding(now, {
      check: 'workloads/not-ready',
      level: 'bad',
      subject: { kind: 'Pod', namespace, name },
      say: say('{name} does not answer since {since:at}', { name, since: since + 40 * second }),
      since: since + 40 * second,
      cause: lost.id,
    });
  });
  const cordoned = makeFinding(now, {
    check: 'nodes/cordoned',
    level: 'notice',
    subject: node('nuc1'),
    say: plainly('nuc1 takes no new pods: it is cordoned'),
    since: now - 15 * hour,
    atLeast: true,
    steps: [{ say: 'Let it take pods again', command: command`kubectl uncordon ${'nuc1'}` }],
  });
  const slow = makeFinding(now, {
    check: 'control-plane/api-slow',
    level: 'warn',
    subject: { kind: 'Cluster', name: 'homelab' },
    say: say('The API takes {took:duration} to answer', { took: 1400 }),
    since: now - 2 * minute,
  });
  const board = makeBoard(
    now,
    [
      makeTile('control-plane', now, {
        level: 'warn',
        figure: { value: '1.4', unit: 's', rest: 'to answer' },
        detailSay: plainly('slower than 1 s'),
        since: slow.since,
      }),
      makeTile('nodes', now, {
        level: 'bad',
        figure: { value: '3', rest: 'of 4 ready' },
        detailSay: say('nuc2 silent for {since:age}', { since }),
        since,
      }),
      makeTile('workloads', now, {
        level: 'bad',
        figure: { value: '44', rest: 'of 47 up' },
        detailSay: plainly('3 were on nuc2'),
        unknownCount: 2,
        since: since + 40 * second,
      }),
    ],
    [lost, ...pods, slow, cordoned],
  );
  const moment = {
    at: since,
    kind: 'incident-begin' as const,
    text: 'nuc2 has sent no heartbeat',
    level: 'bad' as const,
  };
  return {
    board,
    rows: { nodes: makeNodeRows(now, 'nuc2') },
    moments: [...makeMoments(now), { ...moment, finding: lost.id }],
  };
}

/** The API refuses our credentials: nodes and workloads are as last seen. */
export function apiRefused(now: number): Scene {
  const since = now - 6 * minute;
  const refused = makeFinding(now, {
    check: 'control-plane/api-answers',
    level: 'bad',
    subject: { kind: 'Cluster', name: 'homelab' },
    say: say('Our client certificate expired at {since:at}', { since }),
    since,
    explains: 2,
    series: ['api-latency'],
    evidence: [
      saw('value', plainly('The API answers 401 Unauthorized.'), now),
      saw(
        'text',
        say('The certificate in our kubeconfig ended {since:age} ago; what runs goes on running.', { since }),
        now,
      ),
    ],
    steps: [
      { say: 'Restart k3s on kmaster to renew it; pods go on running', command: 'systemctl restart k3s' },
      { say: 'Copy the new kubeconfig here', command: 'scp kmaster:/etc/rancher/k3s/k3s.yaml ~/.kube/config' },
      { say: 'See there what ends when', command: 'k3s certificate check' },
    ],
  });
  const blind = (['nodes', 'workloads'] as const).map((area) =>
    makeFinding(now, {
      check: `${area}/blind`,
      level: 'unknown',
      subject: { kind: 'Source', name: area === 'nodes' ? 'nodes' : 'pods' },
      say: say('{what} last seen {since:at}', { what: area === 'nodes' ? 'Nodes' : 'Pods', since }),
      since,
      cause: refused.id,
    }),
  );
  const stale = { level: 'unknown', since } as const;
  const board = makeBoard(
    now,
    [
      makeTile('control-plane', now, {
        level: 'bad',
        figure: { value: '401' },
        detailSay: say('Unauthorized for {since:age}', { since }),
        since,
      }),
      {
        ...nodes(now),
        ...stale,
        figure: { value: '4', rest: 'of 4', asOf: since },
        detailSay: plainly(''),
        unknownCount: 4,
      },
      {
        ...workloads(now),
        ...stale,
        figure: { value: '47', rest: 'of 47', asOf: since },
        detailSay: plainly(''),
        unknownCount: 47,
      },
      makeTile('storage', now, { level: 'absent' }),
    ],
    [refused, ...blind],
    { say: plainly('API refuses us: our certificate expired') },
  );
  return {
    board: { ...board, sources: makeSources(now, 'unauthorized', '401 Unauthorized') },
    rows: { nodes: makeNodeRows(now).map((row) => ({ ...row, level: 'unknown' as const })) },
    moments: [
      ...makeMoments(now),
      { at: since, kind: 'incident-begin', text: 'API refuses our credentials (401)', level: 'bad' },
    ],
  };
}

/** A warning: a node's disk fills up. */
export function warning(now: number): Scene {
  const pressure = makeFinding(now, {
    check: 'nodes/pressure',
    level: 'warn',
    subject: node('nuc1'),
    say: plainly('nuc1 is short of disk space'),
    since: now - 12 * minute,
    evidence: [saw('text', plainly('the kubelet reports DiskPressure: KubeletHasDiskPressure'), now)],
    steps: [
      { say: 'See what fills the disk', command: command`ssh ${'nuc1'} df -h /var/lib` },
      { say: 'Throw away images that nothing uses', command: command`ssh ${'nuc1'} crictl rmi --prune` },
    ],
  });
  const scene = tenGood(now);
  const nodesTile = makeTile('nodes', now, {
    level: 'warn',
    figure: { value: '4', rest: 'of 4 ready' },
    detailSay: plainly('nuc1 short of disk'),
    since: pressure.since,
  });
  const tiles = scene.board.tiles.map((tile) => (tile.area === 'nodes' ? nodesTile : tile));
  return { ...scene, board: makeBoard(now, tiles, [pressure]) };
}

/** The demo cluster. */
export function demo(now: number): Scene {
  const scene = allGood(now);
  return { ...scene, board: { ...scene.board, cluster: { ...scene.board.cluster, name: 'demo', demo: true } } };
}

export const hostileNames = {
  html: '<img src=x onerror=alert(1)><b>bold</b>',
  rightToLeft: 'שלום-\u202Eevil\u202C-عالم',
  long: `${'a-very-long-name-'.repeat(15)}`.slice(0, 253),
  shell: `nuc0'; rm -rf / #$(reboot)\``,
};

/** Names that strangers chose to break the page. */
export function hostile(now: number): Scene {
  const [first, ...others] = Object.values(hostileNames)
    .toReversed()
    .map((name) =>
      makeFinding(now, {
        check: 'nodes/not-ready',
        level: 'bad',
        subject: node(name),
        say: say('{name} is not ready', { name }),
        evidence: [
          saw('text', say('the kubelet of {name} says: {name}', { name }), now),
          saw('log', plainly(name.repeat(3)), now),
        ],
        steps: [{ say: `Look at ${name}`, command: command`kubectl describe node ${name}` }],
      }),
    );
  if (first === undefined) throw new Error('there are hostile names');
  const long = { ...first, say: say('{name} is not ready', { name: hostileNames.long }), explains: 3 };
  const tiles = [
    makeTile('control-plane', now, {
      level: 'ok',
      figure: { value: hostileNames.long, unit: hostileNames.html, rest: hostileNames.rightToLeft },
      detailSay: plainly(hostileNames.long),
    }),
    makeTile('nodes', now, {
      level: 'bad',
      figure: { value: '0', rest: `of 4 ${hostileNames.html}` },
      detailSay: plainly(hostileNames.html),
      unknownCount: 1,
      since: long.since,
    }),
  ];
  const board = makeBoard(now, tiles, [long, ...others.map((other) => ({ ...other, cause: long.id }))]);
  const cluster = {
    ...board.cluster,
    name: `${hostileNames.rightToLeft}${hostileNames.long}`,
    version: hostileNames.html,
  };
  return {
    board: { ...board, cluster },
    rows: {
      nodes: Object.values(hostileNames).map((name) => ({
        subject: node(name),
        level: 'bad',
        cells: { name, ready: name, heartbeat: null, kubelet: hostileNames.long, pods: 1, memory: 1e9, disk: 99.98 },
        verdicts: [],
      })),
    },
    moments: Object.values(hostileNames).map((name, i) => ({
      at: now - i * hour,
      kind: 'reboot' as const,
      text: name,
    })),
  };
}
