import type { CredentialFact } from '#server/facts/api-door.ts';
import type { ConnectLimits } from './connect-limits.ts';
import { execCredential } from './credential-exec.ts';
import { givenCredential } from './credential-given.ts';
import { samePresented, type Credential } from './credential.ts';
import type { Environment } from './find-kubeconfig.ts';
import { sayable } from './sayable.ts';
import { singleFlight } from './single-flight.ts';
import { watchFiles } from './watched-files.ts';
import type { LoadedWayIn, User, WayIn } from './way-in.ts';

/** What holds now; asked for every request. */
export interface Access {
  wayIn: WayIn;
  credential: Credential;
}

/** What of the way in has become another, the weightiest if several. */
export type Replaced = 'server' | 'ca' | 'credentials';

/** Keeps the access as its files say. */
export interface AccessKeeper {
  current(): Access;
  /** With the reason why a change was not taken up, if there is one. */
  fact(): CredentialFact;
  close(): void;
}

/** With what access is kept; `load` reads all files anew. */
export interface AccessOptions {
  first: WayIn;
  signatures: ReadonlyMap<string, string>;
  load: () => Promise<LoadedWayIn>;
  env: Environment;
  clock: () => number;
  limits: ConnectLimits;
  replaced: (what: Replaced) => void;
}

/** Takes up what the files say as they change; what is broken or half written leaves all as it was, as a problem. */
export function keepAccess({ first, signatures, load, replaced, ...options }: AccessOptions): AccessKeeper {
  let problem = '';
  const { run: reload } = singleFlight(takeUp);
  let access: Access = { wayIn: first, credential: credentialOf(first) };
  const files = watchFiles(options.limits.filesEveryMs, reload, () => problem !== '');
  files.follow(signatures);

  function credentialOf(wayIn: WayIn): Credential {
    if (wayIn.user.plugin !== null) return execCredential(wayIn, options);
    return givenCredential(wayIn.user, async () => {
      await reload();
      return access.wayIn.user.presented;
    });
  }

  async function takeUp(): Promise<void> {
    const loaded = await load();
    files.follow(loaded.signatures);
    problem = loaded.wayIn === null ? sayable(loaded.problems.join('; ')) : '';
    const old = access;
    const what = loaded.wayIn === null ? null : difference(old.wayIn, loaded.wayIn);
    if (loaded.wayIn === null || what === null) return;
    // A plugin is told of the cluster, so its answer is for that cluster; all else depends on the user alone.
    const keeps = sameUser(old.wayIn.user, loaded.wayIn.user) && loaded.wayIn.user.plugin === null;
    access = { wayIn: loaded.wayIn, credential: keeps ? old.credential : credentialOf(loaded.wayIn) };
    if (!keeps) old.credential.close();
    replaced(what);
  }

  return {
    current: () => access,
    fact() {
      const fact = access.credential.fact();
      return { ...fact, problem: [problem, fact.problem].filter((text) => text !== '').join('; ') };
    },
    close() {
      files.stop();
      access.credential.close();
    },
  };
}

function difference(before: WayIn, after: WayIn): Replaced | null {
  if (before.endpoint.server !== after.endpoint.server) return 'server';
  if (JSON.stringify(before.endpoint) !== JSON.stringify(after.endpoint)) return 'ca';
  return sameUser(before.user, after.user) ? null : 'credentials';
}

function sameUser({ presented: a, ...before }: User, { presented: b, ...after }: User): boolean {
  return samePresented(a, b) && JSON.stringify(before) === JSON.stringify(after);
}
