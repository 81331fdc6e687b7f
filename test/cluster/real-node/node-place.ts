import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeNetwork } from '../network-namespace.ts';
import { remember, type Belonging } from '../run-record.ts';

/** Where one real node lives on this machine; nothing of it is shared with another. */
export interface NodePlace {
  /** All its files: storage, state, sockets, logs. */
  directory: string;
  /** State of containerd; mounts of network namespaces and of containers lie below. */
  runtimeState: string;
  networkConfigDirectory: string;
  /** Name of the bridge interface. */
  bridge: string;
  networkName: string;
  /** First three parts of the pods' network. */
  network: string;
  /** Name of the control group below which all containers run, without slashes. */
  controlGroup: string;
}

let made = 0;

/** Chooses a place and takes responsibility for it: what is to be forgotten once it is cleared, in order. */
export async function createNodePlace(): Promise<{ place: NodePlace; belongings: Belonging[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-real-node-'));
  const own = `${process.pid}-${++made}`;
  const place: NodePlace = {
    directory,
    runtimeState: join(directory, 'state'),
    networkConfigDirectory: join(directory, 'network'),
    // Interface names may have 15 characters.
    bridge: `cwb${own}`,
    networkName: `clusterwall-${own}`,
    network: await freeNetwork(),
    controlGroup: `clusterwall-${own}`,
  };
  const belongings = [
    remember({ what: 'directory', path: directory }),
    remember({ what: 'real node', name: place.controlGroup, place }),
  ];
  return { place, belongings };
}
