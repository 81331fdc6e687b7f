import { maskSecrets } from './mask-secrets.ts';
import { messageOf } from './read-raw.ts';

/** What a backup system says of a failure, as it may stand on a wall: at most 1,000 characters, obvious secrets masked (URLs of targets hold passwords). */
export function shownMessage(value: unknown): string {
  const message = messageOf(value);
  // A mask may be longer than what it hides.
  return message === '' ? '' : messageOf(maskSecrets(message));
}
