import { defineCheck } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { startedAt } from '../started-at.ts';
import { wallSubject } from '../subjects.ts';

/** Is there more to be probed than is probed? Of what is left out nothing is known, not even that. */
export default defineCheck({
  check: 'services/not-probed',
  about: 'there are more services than are probed: how many are left out',
  needs: { wall: 'required', serviceProbe: 'optional' },
  settings: {},
  judge(snapshot) {
    const wall = snapshot.facts('wall').get('wall');
    if (wall === undefined || wall.servicesLeftOut === 0) return [];
    const probed = snapshot.facts('serviceProbe').size;
    const all = probed + wall.servicesLeftOut;
    return [
      {
        subject: wallSubject,
        level: 'warn',
        say: say('only {probed} of {all} services are probed', { probed, all }),
        sources: [wall.source],
        steps: [
          {
            say: 'Limit it under "services:" of the configuration, with "namespaces:" or "except:", and name those that matter under "probes:"',
          },
        ],
        ...startedAt(wall.servicesLeftOutSince, snapshot.now),
      },
    ];
  },
});
