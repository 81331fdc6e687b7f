import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBinaries } from './build.ts';
import { lacks, REAL_NODE } from './capabilities.ts';
import { processesIn } from './real-node/control-group.ts';
import type { NodePlace } from './real-node/node-place.ts';
import { clearLeftOvers, type Belonging } from './run-record.ts';
import { testbedDirectory } from './testbed-directory.ts';

// A launcher that has a pod running on a real node, and waits to be ended.
const LAUNCHER = `
  const { startControlPlane } = await import(process.argv[1] + '/control-plane.ts');
  const { startRealNode } = await import(process.argv[1] + '/real-node/real-node.ts');
  const { until } = await import(process.argv[1] + '/until.ts');
  const plane = await startControlPlane({ withKwok: false });
  const node = await startRealNode(plane);
  const path = '/api/v1/namespaces/default/pods';
  const pod = { metadata: { name: 'web' }, spec: { containers: [{ name: 'main', image: node.image }] } };
  await plane.request('POST', path, pod);
  await until('it runs', async () => (await plane.request('GET', path + '/web')).status.phase === 'Running');
  console.log('it runs');
`;

describe.skipIf(lacks('what a killed run leaves of a real node', REAL_NODE))('a run with a real node is killed', () => {
  const cache = process.env.XDG_CACHE_HOME;
  let records: string;

  beforeAll(async () => {
    const { kubelet } = await buildBinaries();
    records = mkdtempSync(join(tmpdir(), 'clusterwall-left-overs-'));
    process.env.XDG_CACHE_HOME = records;
    // Records of its own, but the same programs.
    const built = dirname(dirname(kubelet));
    symlinkSync(built, join(testbedDirectory(), basename(built)));
  });
  afterAll(() => {
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cache;
    rmSync(records, { recursive: true, force: true });
  });

  test('the next one ends its containers and takes away mounts, bridge and control groups', async () => {
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', LAUNCHER, import.meta.dirname], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(launcher.stdout, 'data');
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    const place = placeOf(join(records, 'clusterwall', 'testbed', 'running'));
    expect(processesIn(place.controlGroup).length, 'a killed run leaves its containers running').toBeGreaterThan(1);
    expect(mountsBelow(place.directory).length).toBeGreaterThan(1);

    expect(clearLeftOvers()).toContain(`cleared a left-over real node: ${place.controlGroup}`);
    expect(mountsBelow(place.directory)).toEqual([]);
    expect(existsSync(place.directory)).toBe(false);
    expect(existsSync(`/sys/class/net/${place.bridge}`)).toBe(false);
    const hierarchies = readdirSync('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name, place.controlGroup));
    expect(hierarchies.filter((path) => existsSync(path))).toEqual([]);
    expect(readdirSync('/proc').filter((pid) => nameFrom(pid, place.directory))).toEqual([]);
  });
});

function placeOf(directory: string): NodePlace {
  const record = JSON.parse(readFileSync(join(directory, readdirSync(directory)[0]!), 'utf8')) as {
    belongings: Belonging[];
  };
  return record.belongings.find((belonging) => belonging.what === 'real node')!.place;
}

function mountsBelow(directory: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts.filter((line) => line.includes(` ${directory}/`));
}

/** Whether a process was started with anything of the directory. */
function nameFrom(pid: string, directory: string): boolean {
  const file = `/proc/${pid}/cmdline`;
  return /^\d+$/.test(pid) && existsSync(file) && readFileSync(file, 'utf8').includes(directory);
}
