import type { Verdict } from '#server/engine/define-check.ts';
import { say, type Say } from '#shared/say.ts';
import type { Distribution } from './distribution.ts';
import type { SeenAuthority } from './seen-authorities.ts';

const day = 86_400_000;
const nearMs = 5 * day;

const renewers: Record<Distribution, string> = {
  k3s: 'k3s never renews it by itself',
  rke2: 'RKE2 never renews it by itself',
  talos: 'Talos never renews it by itself',
  kubeadm: 'kubeadm never renews it by itself',
  unknown: 'it is not renewed by itself',
};

/** When it ends and what that means. */
export function authoritySay(
  { name, at, of, seenIn, successor }: SeenAuthority,
  distribution: Distribution,
  now: number,
): Say {
  const values = { name, at };
  const when = at - now < nearMs ? '{at:at}' : '{at:day}';
  if (of === 'host') {
    const host = seenIn[0] ?? '';
    return at <= now
      ? say('the authority {name} that signed the certificate of {host} expired at {at:at}', { ...values, host })
      : say(`the authority {name} that signed the certificate of {host} ends ${when}, before that certificate does`, {
          ...values,
          host,
        });
  }
  if (successor !== '') {
    return at <= now
      ? say('the old authority {name} expired at {at:at}; {successor} has taken its place', { ...values, successor })
      : say(`the old authority {name} ends ${when}; {successor} has taken its place`, { ...values, successor });
  }
  return at <= now
    ? say('the authority {name} expired at {at:at}: nothing that it signed is believed any more', values)
    : say(`the authority {name} ends ${when}, and all that it signed with it: ${renewers[distribution]}`, values);
}

/** Until when, and where it was seen. */
export function authorityEvidence({ at, seenIn }: SeenAuthority): NonNullable<Verdict['evidence']> {
  const [first = '', ...others] = seenIn;
  const places = others.length > 2 ? `${first}, ${others[0]} and ${others.length - 1} more` : seenIn.join(', ');
  return [
    { kind: 'value', say: say('valid until {at:at}', { at }) },
    { kind: 'text', say: say('seen at {places}', { places }) },
  ];
}
