import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandPath, networkPluginDirectory } from '../capabilities.ts';
import { createComponent, type Component } from '../component.ts';
import type { NodePlace } from './node-place.ts';

const run = promisify(execFile);

/** The container runtime of one real node. */
export interface ContainerRuntime extends Component {
  /** unix:///... */
  readonly endpoint: string;
  /** Fetches an image from a registry over plain HTTP, as the kubelet's first pod would. */
  pull(image: string): Promise<void>;
  /** Has images of a host (`127.0.0.1:5000`) fetched from this URL from now on, as an owner's hosts.toml does. */
  fetchFrom(host: string, url: string): void;
}

/** containerd with storage, state and sockets below the node's directory; not started yet. */
export function createContainerd(place: NodePlace, pauseImage: string): ContainerRuntime {
  const socket = join(place.directory, 'containerd.sock');
  const config = join(place.directory, 'containerd.toml');
  mkdirSync(place.networkConfigDirectory, { recursive: true });
  writeFileSync(join(place.networkConfigDirectory, '10-bridge.conflist'), JSON.stringify(networkConfig(place)));
  writeFileSync(config, containerdConfig(place, socket, pauseImage));
  const ctr = (...args: string[]) => run('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args]);
  const component = createComponent({
    name: 'containerd',
    command: commandPath('containerd') ?? 'containerd',
    flags: () => ['--config', config],
    logFile: join(place.directory, 'containerd.log'),
    ready: async () => existsSync(socket) && Boolean(await ctr('version')),
  });
  return Object.assign(Object.create(component) as Component, {
    endpoint: `unix://${socket}`,
    async pull(image: string) {
      await ctr('images', 'pull', '--plain-http', image);
    },
    fetchFrom(host: string, url: string) {
      const directory = join(hostsOf(place), host);
      mkdirSync(directory, { recursive: true });
      // Without a host of its own the file is not believed, and localhost is asked by plain HTTP.
      const from = JSON.stringify(url);
      const hosts = `server = ${from}\n[host.${from}]\n  capabilities = ["pull", "resolve"]\n`;
      writeFileSync(join(directory, 'hosts.toml'), hosts);
    },
  });
}

function hostsOf({ directory }: NodePlace): string {
  return join(directory, 'hosts');
}

function containerdConfig(place: NodePlace, socket: string, pauseImage: string): string {
  const at = (name: string) => JSON.stringify(join(place.directory, name));
  return `
version = 2
root = ${at('containerd')}
state = ${JSON.stringify(place.runtimeState)}
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = ${JSON.stringify(socket)}
[plugins."io.containerd.grpc.v1.cri"]
  # Lowering the score is not permitted in many sandboxes, and then no container starts.
  restrict_oom_score_adj = true
  # Below our directory, where what a killed run left is found.
  netns_mounts_under_state_dir = true
  sandbox_image = ${JSON.stringify(pauseImage)}
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = ${JSON.stringify(hostsOf(place))}
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${JSON.stringify(networkPluginDirectory() ?? '/usr/lib/cni')}
    conf_dir = ${JSON.stringify(place.networkConfigDirectory)}
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = ${at('runc')}
`;
}

/** A bridge of the node's own; the host is its gateway, so that the kubelet's probes reach the pods. Nothing leads out. */
function networkConfig({ bridge, network, networkName, directory }: NodePlace): object {
  const ipam = {
    type: 'host-local',
    dataDir: join(directory, 'addresses'),
    ranges: [[{ subnet: `${network}.0/24` }]],
  };
  const plugin = { type: 'bridge', bridge, isGateway: true, ipMasq: false, ipam };
  return { cniVersion: '1.0.0', name: networkName, plugins: [plugin] };
}
