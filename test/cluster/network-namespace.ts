import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { promisify } from 'node:util';
import { forget, remember, removeNetworkNamespace } from './run-record.ts';

const run = promisify(execFile);
let made = 0;

/** How packets are lost: silently in both directions, answered by a reset, or a share of them (0 to 1), perhaps to one port of the host's alone. */
export type PacketFault = 'drop' | 'reject' | { dropShare: number; port?: number };

/** A network of its own with one cable to the host, for cutting real connections. Needs root, iproute2 and iptables. */
export interface NetworkNamespace {
  readonly name: string;
  /** The host's end of the cable: listen here (a fault proxy, say) to be reached from inside. */
  readonly hostAddress: string;
  /** The inner end. */
  readonly address: string;
  /** Starts a program inside. Nothing but the host's end of the cable can be reached from there. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a command inside to its end and returns what it printed. */
  run(command: string, args: readonly string[]): Promise<string>;
  /** Loses packets from now on; open connections stay open (half-open). Another fault replaces it. */
  lose(fault: PacketFault): Promise<void>;
  /** Pulls the cable: the inside sees that its interface is down. */
  unplug(): Promise<void>;
  /** Ends every fault. */
  restore(): Promise<void>;
  /** Kills what runs inside, too. */
  remove(): void;
}

/** Creates a namespace; it goes at the latest when this process ends. */
export async function createNetworkNamespace(): Promise<NetworkNamespace> {
  const number = ++made;
  const name = `clusterwall-${process.pid}-${number}`;
  // Interface names may have 15 characters.
  const cable = { host: `cw${process.pid}h${number}`, inside: `cw${process.pid}n${number}` };
  const network = await freeNetwork();
  const hostAddress = `${network}.1`;
  const address = `${network}.2`;
  const inside = (command: string, args: readonly string[]) => run('ip', ['netns', 'exec', name, command, ...args]);

  const belonging = remember({ what: 'network namespace', name });
  await run('ip', ['netns', 'add', name]);
  await run('ip', ['link', 'add', cable.host, 'type', 'veth', 'peer', 'name', cable.inside, 'netns', name]);
  await run('ip', ['address', 'add', `${hostAddress}/30`, 'dev', cable.host]);
  await run('ip', ['link', 'set', cable.host, 'up']);
  await run('ip', ['-n', name, 'address', 'add', `${address}/30`, 'dev', cable.inside]);
  for (const link of ['lo', cable.inside]) await run('ip', ['-n', name, 'link', 'set', link, 'up']);

  async function flush() {
    await inside('iptables', ['--flush']);
  }

  return {
    name,
    hostAddress,
    address,
    spawn: (command, args, options = {}) => spawn('ip', ['netns', 'exec', name, command, ...args], options),
    run: async (command, args) => (await inside(command, args)).stdout,
    async lose(fault) {
      await flush();
      for (const rule of rules(fault, cable.inside)) await inside('iptables', ['--insert', ...rule]);
    },
    async unplug() {
      await run('ip', ['link', 'set', cable.host, 'down']);
    },
    async restore() {
      await flush();
      await run('ip', ['link', 'set', cable.host, 'up']);
    },
    remove() {
      removeNetworkNamespace(name);
      forget(belonging);
    },
  };
}

function rules(fault: PacketFault, cable: string): string[][] {
  const chains = ['INPUT', 'OUTPUT'];
  if (fault === 'drop') return chains.map((chain) => [chain, '--jump', 'DROP']);
  if (fault === 'reject') {
    // On the cable only: the reset itself comes by the loopback interface and must pass.
    const outgoing = ['OUTPUT', '--out-interface', cable, '--protocol', 'tcp'];
    return [[...outgoing, '--jump', 'REJECT', '--reject-with', 'tcp-reset']];
  }
  const share = ['--match', 'statistic', '--mode', 'random', '--probability', String(fault.dropShare)];
  const { port } = fault;
  const ofPort = (chain: string) =>
    port === undefined
      ? []
      : ['--protocol', 'tcp', chain === 'INPUT' ? '--source-port' : '--destination-port', `${port}`];
  return chains.map((chain) => [chain, ...ofPort(chain), ...share, '--jump', 'DROP']);
}

/** The first three parts of a network that no interface of the host is in. */
export async function freeNetwork(): Promise<string> {
  const { stdout } = await run('ip', ['-oneline', '-4', 'address']);
  for (let attempt = 0; attempt < 100; attempt++) {
    const network = `10.213.${1 + Math.floor(Math.random() * 254)}`;
    if (!stdout.includes(` ${network}.`)) return network;
  }
  throw new Error('found no free network in 10.213.0.0/16');
}
