import type { FastifyInstance, FastifyReply } from 'fastify';
import * as v from 'valibot';
import { meanings, type Meaning } from '#shared/finding.ts';
import { refuse } from './refusal.ts';
import type { AcknowledgeOutcome, WallView } from './wall-view.ts';

const finding = v.pipe(
  v.string('finding must be the id of a finding'),
  v.minLength(1, 'finding must be the id of a finding'),
  v.maxLength(2000, 'finding is too long'),
);

const acknowledgement = v.object(
  {
    finding,
    episode: v.optional(v.pipe(v.string('episode must be a text'), v.maxLength(2000, 'episode is too long'))),
    meaning: v.optional(v.picklist(meanings as Meaning[], `meaning must be ${meanings.join(', ')}`), 'seen'),
  },
  named,
);

const taken = v.object({ finding }, named);

function named(issue: v.BaseIssue<unknown>): string {
  return issue.path === undefined
    ? 'send an object such as { "finding": "nodes/cordoned|Node/nuc0" }'
    : 'finding is missing';
}

/** `POST /api/acknowledgements` and `DELETE`, which takes the finding from the body or from `?finding=`. */
export function addAcknowledgementDoors(app: FastifyInstance, view: WallView): void {
  app.post('/api/acknowledgements', { bodyLimit: 8_192 }, (request, reply) => {
    const parsed = v.safeParse(acknowledgement, request.body);
    if (!parsed.success) return refuse(reply, 400, parsed.issues[0].message);
    const { finding: id, episode, meaning } = parsed.output;
    return tell(reply, view.acknowledge(id, episode, meaning));
  });

  app.delete('/api/acknowledgements', { bodyLimit: 8_192 }, (request, reply) => {
    const parsed = v.safeParse(taken, request.body ?? request.query);
    if (!parsed.success) return refuse(reply, 400, parsed.issues[0].message);
    return tell(reply, view.takeBack(parsed.output.finding));
  });
}

function tell(reply: FastifyReply, outcome: AcknowledgeOutcome): FastifyReply {
  switch (outcome) {
    case 'done':
      return reply.send({ outcome });
    case 'no-such-finding':
      return refuse(reply, 404, 'there is no such finding now: it may have ended');
    case 'other-episode':
      return refuse(reply, 409, 'that episode is over: the finding has begun anew since');
  }
}
