import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildBinaries } from './build.ts';
import type { ControlPlane } from './control-plane.ts';
import { until } from './until.ts';

/** The manifests of a wall in the cluster. */
export const manifests = join(import.meta.dirname, '../../deploy/base');
/** What a wall outside of the cluster needs besides. */
export const outside = join(manifests, '../outside');

/** Applies the manifests and gives what a newcomer's shell gets by the README's commands: a kubeconfig of their ServiceAccount. */
export async function applyManifests(plane: ControlPlane): Promise<string> {
  await plane.kubectl(['apply', '-k', manifests]);
  await plane.kubectl(['apply', '-f', join(outside, 'token.yaml')]);
  await until('the token is there', () =>
    plane.kubectl(['-n', 'clusterwall', 'get', 'secret', 'clusterwall-outside', '-o', 'jsonpath={.data.token}']),
  );
  const { kubectl } = await buildBinaries();
  const env = { ...process.env, PATH: `${dirname(kubectl)}:${process.env.PATH}` };
  const text = execFileSync('sh', [join(outside, 'kubeconfig.sh'), `--kubeconfig=${plane.kubeconfig()}`], { env });
  const file = join(plane.directory, 'outside-kubeconfig');
  writeFileSync(file, text);
  chmodSync(file, 0o600);
  return file;
}
