import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from '../build.ts';
import { createComponent, type Component } from '../component.ts';
import type { ControlPlane } from '../control-plane.ts';
import { freePort } from '../free-port.ts';
import type { NodePlace } from './node-place.ts';

/** A kubelet that is not started yet, and where it will listen. */
export interface Kubelet extends Component {
  readonly port: number;
  /** What it takes for the machine's boot ID when it is started next. */
  bootAs(id: string): void;
}

/** What a kubelet is made of. */
export interface KubeletPlan {
  plane: ControlPlane;
  binaries: Binaries;
  place: NodePlace;
  /** Name of the node. */
  name: string;
  /** unix:///... of the container runtime. */
  endpoint: string;
  /** Merged into its configuration (KubeletConfiguration v1beta1). */
  configuration?: object | undefined;
}

/** A kubelet with certificates of the control plane's authority and all its files below the node's directory. */
export async function createKubelet(plan: KubeletPlan): Promise<Kubelet> {
  const { plane, binaries, place, name } = plan;
  const port = await freePort();
  const at = (file: string) => join(place.directory, file);
  const organizations = ['system:nodes'];
  const credential = await plane.issueClientCertificate({ commonName: `system:node:${name}`, organizations });
  const serving = await plane.issueServerCertificate({ commonName: name, names: ['127.0.0.1', name] });
  const write = (file: string, content: string) => {
    writeFileSync(at(file), content, { mode: 0o600 });
    return at(file);
  };
  mkdirSync(at('pod-logs'));
  const bootAs = (id: string) => void write('boot-id', `${id}\n`);
  bootAs(randomUUID());
  const configuration = {
    ...kubeletConfiguration(port, place.controlGroup, plan.endpoint),
    authentication: {
      anonymous: { enabled: false },
      x509: { clientCAFile: write('ca.crt', plane.certificateAuthority) },
    },
    tlsCertFile: write('kubelet.crt', serving.certificate),
    tlsPrivateKeyFile: write('kubelet.key', serving.key),
    podLogsDir: at('pod-logs'),
    // The pods' own; nothing leads out of their network anyway.
    resolvConf: write('resolv.conf', 'nameserver 127.0.0.1\n'),
    ...plan.configuration,
  };
  const flags = [
    `--config=${write('kubelet.json', JSON.stringify(configuration))}`,
    `--kubeconfig=${plane.kubeconfig({ credential })}`,
    `--root-dir=${at('kubelet')}`,
    `--cert-dir=${at('kubelet-certificates')}`,
    `--hostname-override=${name}`,
    // The kubelet refuses a loopback address as its own: like a cloud's controller, the launcher gives it one.
    '--cloud-provider=external',
    // Not the machine's, so that it can reboot while the machine goes on.
    `--boot-id-file=${at('boot-id')}`,
  ];
  const component = createComponent({
    name: 'kubelet',
    command: binaries.kubelet,
    flags: () => flags,
    logFile: at('kubelet.log'),
    ready: () => plane.node(name).then(Boolean),
  });
  return Object.assign(Object.create(component) as Component, { port, bootAs });
}

function kubeletConfiguration(port: number, controlGroup: string, endpoint: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '127.0.0.1',
    port,
    healthzPort: 0,
    containerRuntimeEndpoint: endpoint,
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${controlGroup}`,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    // Nothing of the host's packet filter is touched.
    makeIPTablesUtilChains: false,
    clusterDNS: ['10.0.0.10'],
    nodeStatusUpdateFrequency: '2s',
    // Renewed every 2 s, as the pretended nodes' leases are.
    nodeLeaseDurationSeconds: 8,
    volumeStatsAggPeriod: '10s',
    // This machine's disk is none of the tests' business.
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    // Its machine has 2 cores; pods wait longer than they must at the default of 5 requests a second.
    kubeAPIQPS: 50,
    kubeAPIBurst: 100,
    registryPullQPS: 0,
  };
}
