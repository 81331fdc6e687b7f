import { join } from 'node:path';
import type { FileReader } from './bounded-file.ts';
import type { ClusterDecision } from './decide-cluster.ts';
import { parseServer } from './endpoint.ts';
import { checkAuthority } from './kubeconfig-cluster.ts';
import { nobody, readTokenFile } from './kubeconfig-user.ts';
import { noWayIn, type FoundWayIn } from './way-in.ts';

/** The way in that Kubernetes gives a pod: token and CA in mounted files, which it rotates. */
export async function fromServiceAccount(
  { server, directory }: Extract<ClusterDecision, { kind: 'pod' }>,
  reader: FileReader,
): Promise<FoundWayIn> {
  const caFile = join(directory, 'ca.crt');
  const [token, caText] = await Promise.all([readTokenFile(join(directory, 'token'), reader), reader.read(caFile)]);
  const problems = [...token.problems];
  const authority =
    caText.text === null
      ? { problem: `the CA file ${caFile} ${caText.problem}` }
      : checkAuthority(caText.text, `the CA file ${caFile}`);
  if ('problem' in authority) problems.push(authority.problem);
  const parsed = parseServer(server);
  if ('problem' in parsed) problems.push(`the address in KUBERNETES_SERVICE_HOST ${parsed.problem}`);
  if ('problem' in authority || 'problem' in parsed || problems.length > 0) return noWayIn(...problems);
  const endpoint = { ...parsed, ca: authority.pem, serverName: null, skipVerify: false };
  const presented = { token: token.token, certificate: null };
  const user = { ...nobody, kind: 'service-account' as const, from: token.from ?? '', presented };
  return { wayIn: { context: 'in-cluster', endpoint, user }, problems: [] };
}
