import type { Say } from '#shared/say.ts';

/** An age as a template writes it, and what stays true once time has passed. The first that fits is taken. */
const lasting: readonly (readonly [aged: RegExp, dated: string])[] = [
  [/\{([A-Za-z0-9]+):age\} ago/g, 'at {$1:at}'],
  [/\bfor \{([A-Za-z0-9]+):age\}/g, 'since {$1:at}'],
  [/\bin the \{([A-Za-z0-9]+):age\} since/g, 'from {$1:at} on, since'],
  [/\bin \{([A-Za-z0-9]+):age\}/g, 'since {$1:at}'],
  [/\bis \{([A-Za-z0-9]+):age\} old/g, 'is from {$1:at}'],
  [/\{([A-Za-z0-9]+):age\}/g, '{$1:at}'],
];

/** A sentence that is kept as it reads now: ages in it become times of day, "0 s ago" becomes "at 13:16". Pure. */
export function lastingSay(say: Say): Say {
  const template = lasting.reduce((text, [aged, dated]) => text.replaceAll(aged, dated), say.template);
  return template === say.template ? say : { template, values: say.values };
}
