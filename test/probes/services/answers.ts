import type { HttpAnswer, Phases } from '#server/cluster/network.ts';
import type { Expected, ProbeAsk } from '#server/probes/service-config.ts';

type HttpProbe = Extract<ProbeAsk, { is: 'http' }>;

/** 42 ms in all. */
export const phases: Phases = { dnsMs: 1, connectMs: 2, tlsMs: 8, firstByteMs: 30, wholeMs: 42 };

/** A page of git.example that is fine. */
export function anAnswer(part: Partial<Extract<HttpAnswer, { trouble: '' }>> = {}): HttpAnswer & { trouble: '' } {
  return {
    ...{ phases, address: '10.0.0.10:443', url: 'https://git.example/', distrust: '', trouble: '', status: 200 },
    headers: { 'content-type': 'text/html; charset=utf-8' },
    ...{ body: '<html><head><title>Gitea</title></head>Explore</html>', bodyCut: false, bodyProblem: '' },
    ...part,
  };
}

/** No answer of git.example. */
export function noAnswer(part: Partial<Extract<HttpAnswer, { message: string }>> = {}): HttpAnswer {
  const nothing = {
    phases: { ...phases, firstByteMs: null },
    address: '',
    url: 'https://git.example/',
    distrust: '',
  } as const;
  return { ...nothing, trouble: 'refused', message: 'git.example refused the connection', ...part };
}

/** A GET of git.example from which nothing is expected but an answer. */
export function anHttpProbe(expects: Partial<Expected> = {}, ask: Partial<HttpProbe['ask']> = {}): HttpProbe {
  return {
    is: 'http',
    ask: {
      ...{ url: 'https://git.example/', method: 'GET', headers: {}, redirects: 5, address: '', resolver: '' },
      ...{ verify: 'dates', authorities: [], linkLocal: false, loopback: false },
      ...ask,
    },
    expects: { status: [], text: '', absent: '', json: [], ...expects },
  };
}
