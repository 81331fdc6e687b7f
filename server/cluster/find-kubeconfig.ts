import { delimiter, join } from 'node:path';
import { stat } from 'node:fs/promises';

/** Environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the kubeconfig is to be read, in kubectl's order. */
export interface KubeconfigPlace {
  /** `KUBECONFIG` names it, or it is `~/.kube/config`. */
  by: 'KUBECONFIG' | 'home';
  /** At least one; missing ones among several are ignored. */
  files: string[];
}

/**
 * Where a kubeconfig is, null if none is named and there is no `~/.kube/config`. What `KUBECONFIG` names need not exist:
 * a named kubeconfig that cannot be used is for the owner to hear of, not for us to pass over.
 */
export async function findKubeconfig(env: Environment): Promise<KubeconfigPlace | null> {
  const named = env['KUBECONFIG'] ?? '';
  if (named !== '') {
    return { by: 'KUBECONFIG', files: [...new Set(named.split(delimiter).filter((path) => path !== ''))] };
  }
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  if (home === '') return null;
  const file = join(home, '.kube', 'config');
  return (await isThere(file)) ? { by: 'home', files: [file] } : null;
}

/** A file that we may not look at is there too: reading it will say why it cannot be read. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}
