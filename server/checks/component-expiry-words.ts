import type { Verdict } from '#server/engine/define-check.ts';
import { say, type Say } from '#shared/say.ts';
import type { ComponentExpiry, KnownEnd } from './component-expiry.ts';
import { productNames } from './renew-steps.ts';
import { shorten } from './shorten.ts';

type Evidence = NonNullable<Verdict['evidence']>;

const day = 86_400_000;
// A day of the week says enough of what is near, and says when.
const nearMs = 5 * day;
const mostNamed = 8;

/** What is to be done about a node's certificates, and before when: the first that ends decides. */
export function restartSay({ node, product, ends, more }: ComponentExpiry, level: string, now: number): Say {
  const names = { product: productNames[product], name: shorten(node.name, 60) };
  const [first] = ends;
  if (first === undefined)
    return say('{product} on {name} warns of its certificates: restart it, which renews them', names);
  const { at } = first;
  if (level === 'ok') return say('the certificates of {product} on {name} are valid until {at:at}', { ...names, at });
  if (at <= now)
    return expiredSay(
      names,
      ends.filter((end) => end.at <= now),
      more,
    );
  return at - now < nearMs
    ? say('restart {product} on {name} before {at:at}: it renews its certificates at start', { ...names, at })
    : say('restart {product} on {name} before {at:day}: it renews its certificates at start', { ...names, at });
}

function expiredSay(names: { product: string; name: string }, expired: readonly KnownEnd[], more: number): Say {
  const [first] = expired;
  const { certificate = '', at = 0 } = first ?? {};
  // Of those that an event named beyond the soonest it is not known when they end, but they were issued together.
  const count = expired.length + (more > 0 && expired.every(({ how }) => how === 'event') ? more : 0);
  return count === 1
    ? say('{product} on {name}: {certificate} expired at {at:at}; restart it, which renews that', {
        ...names,
        certificate,
        at,
      })
    : say(
        '{product} on {name}: {count} certificates have expired, the first, {certificate}, at {at:at}; restart it, which renews them',
        { ...names, count, certificate, at },
      );
}

/** Which of the certificates that a restart would renew end when, and how that is known. */
export function restartEvidence(
  { product, windowMs, ends: all, more, saidAt }: ComponentExpiry,
  now: number,
): Evidence {
  const ends = all.filter(({ at }) => at - now <= windowMs);
  const values = { product: productNames[product], days: Math.round(windowMs / day) };
  const [first, ...others] = ends.slice(0, mostNamed).map((end) => endEvidence(end, values.product));
  const left = ends.length - Math.min(ends.length, mostNamed) + more;
  return [
    ...(first === undefined ? [] : [first]),
    ...(saidAt === null
      ? []
      : [{ kind: 'value' as const, say: say('{product} last said so at {at:at}', { ...values, at: saidAt }) }]),
    {
      kind: 'text',
      say: say('{product} renews what ends within {days} days when it starts, and nothing while it runs', values),
    },
    ...others,
    ...(left === 0 ? [] : [{ kind: 'text' as const, say: say('and {left} more', { left }) }]),
  ];
}

const ways: Record<KnownEnd['how'], string> = {
  metric: 'by the metric of {product}',
  event: 'as {product} said',
  kubelet: 'as it is shown',
  api: 'as it is shown',
};

function endEvidence({ certificate, at, how }: KnownEnd, product: string): Evidence[number] {
  return { kind: 'value', say: say(`{certificate}: until {at:at}, ${ways[how]}`, { certificate, at, product }) };
}
