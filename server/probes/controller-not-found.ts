import type { HttpAnswer } from '#server/cluster/network.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';

/** An answer with a status. */
export type Answered = Extract<HttpAnswer, { trouble: '' }>;

/** How an Ingress controller says by itself that no route leads to a host or path. */
interface OwnNotFound {
  controller: string;
  /** What its classes are named like. */
  classes: RegExp;
  says(answer: Answered, body: string): boolean;
}

/** Whatever somebody behind the controller may add is the sign that it was not the controller itself. */
const ofEveryAnswer = [
  'content-type',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'date',
  'vary',
];
const addsNothing = ({ headers }: Answered, ...but: string[]) =>
  Object.keys(headers).every((name) => ofEveryAnswer.includes(name) || but.includes(name));

/**
 * Each just as its controller says it. Programs written in Go answer like Traefik, so its class or none must be named, and no
 * header may tell of another; nginx as an application names its version, as a controller it does not.
 */
const known: readonly OwnNotFound[] = [
  {
    controller: 'Traefik',
    classes: /traefik/i,
    says: (answer, body) =>
      body === '404 page not found' &&
      /^text\/plain\b/.test(answer.headers['content-type'] ?? '') &&
      addsNothing(answer, 'x-content-type-options', 'alt-svc'),
  },
  {
    controller: 'nginx',
    classes: /nginx/i,
    says: ({ headers }, body) =>
      body === 'default backend - 404' ||
      (/^(nginx)?$/.test(headers['server'] ?? '') &&
        /^<html> ?<head><title>404 Not Found<\/title><\/head> ?<body> ?<center><h1>404 Not Found<\/h1><\/center> ?<hr><center>nginx<\/center>/.test(
          body,
        )),
  },
  {
    controller: 'HAProxy',
    classes: /haproxy/i,
    says: (_, body) =>
      body === 'default backend - 404' ||
      /^<html><body><h1>404 Not Found<\/h1> ?The (requested URL was not|resource could not be) found\. ?<\/body><\/html>$/.test(
        body,
      ),
  },
  {
    controller: 'Envoy',
    classes: /envoy|cilium|contour|istio|^eg$/i,
    says: (answer, body) =>
      body === '' &&
      /^(istio-)?envoy$/.test(answer.headers['server'] ?? '') &&
      answer.headers['content-type'] === undefined &&
      addsNothing(answer, 'server', 'alt-svc'),
  },
];

// All of them are shorter.
const longestBody = 1_000;

/**
 * The controller whose own 404 this answer is, "" if it is the application's or nobody can tell. `through` says by whom the
 * service is reached: another one's 404 comes from an application that happens to look like it.
 */
export function controllerNotFound(answer: Answered, through: ServiceProbeFact['through']): string {
  if (answer.status !== 404 || answer.body.length > longestBody) return '';
  const body = answer.body.replaceAll(/\s+/g, ' ').trim();
  const found = known.find((each) => mayBe(each, through) && each.says(answer, body));
  return found?.controller ?? '';
}

function mayBe({ classes, controller }: OwnNotFound, through: ServiceProbeFact['through']): boolean {
  if (through === null || through.kind === 'Traefik') return through === null || controller === 'Traefik';
  // A class of the owner's own naming ("internal") may be of any.
  return classes.test(through.name) || !known.some((each) => each.classes.test(through.name));
}
