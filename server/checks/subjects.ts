import type { Subject } from '#shared/finding.ts';

/** The API server as a whole. Its name is not its address, so that findings survive a change of address. */
export const apiSubject: Subject = { kind: 'Endpoint', name: 'api' };

/** The cluster as a whole. */
export const clusterSubject: Subject = { kind: 'Cluster', name: 'cluster' };

/** The wall itself. */
export const wallSubject: Subject = { kind: 'Wall', name: 'wall' };

/** What the wall itself presents to the API: a client certificate, a token. */
export const credentialSubject: Subject = { kind: 'Credential', name: 'wall' };

/** The look-up of names, as the wall has it. */
export const dnsSubject: Subject = { kind: 'Network', name: 'dns' };

/** A node by name. */
export function nodeSubject(name: string): Subject {
  return { kind: 'Node', name };
}

/** A source by name. */
export function sourceSubject(name: string): Subject {
  return { kind: 'Source', name };
}

/** All rights that the wall can do without, as the one finding that some of them are missing is about. No source is called so. */
export const optionalRightsSubject: Subject = sourceSubject('optional');

/** True if both are the same object. */
export function sameSubject(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
