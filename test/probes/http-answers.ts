import type { HttpAnswer } from '#server/cluster/network.ts';

type Answered = Extract<HttpAnswer, { trouble: '' }>;
type Unanswered = Exclude<HttpAnswer, { trouble: '' }>;

const phases = { dnsMs: 1, connectMs: 2, tlsMs: 5, firstByteMs: 4, wholeMs: 12.4 };

/** An answer by HTTP as `Network` gives it: 200 with nothing in it unless told. */
export function answered(status = 200, part: Partial<Answered> = {}): Answered {
  return {
    ...{ phases, address: '10.0.0.5:443', url: 'https://registry.example/v2/', distrust: '', trouble: '', status },
    ...{ headers: {}, body: '', bodyCut: false, bodyProblem: '' },
    ...part,
  };
}

/** No answer, and why. */
export function unanswered(trouble: Unanswered['trouble'], part: Partial<Unanswered> = {}): Unanswered {
  const message = `registry.example has ${trouble}`;
  return { phases, address: '', url: 'https://registry.example/v2/', distrust: '', trouble, message, ...part };
}
