import { meantTimeOf } from './meant-time.ts';
import { messageOf, objectsOf, textOf, type Intern } from './read-raw.ts';

/** One condition of a status, with its type. */
export interface ListedCondition {
  type: string;
  /** `True`, `False`, `Unknown` or the raw word. */
  status: string;
  reason: string;
  message: string;
  /** Epoch ms. */
  changedAt: number | null;
}

/** More than any status has. */
const mostRead = 64;

/** The conditions of a raw status that are wanted, at most `most`; none for all that is no list. */
export function conditionsIn(
  value: unknown,
  intern: Intern,
  wanted: (condition: ListedCondition) => boolean = () => true,
  most = mostRead,
): ListedCondition[] {
  const conditions = objectsOf(value, mostRead).map((raw) => ({
    type: intern(textOf(raw['type'], 128)),
    status: intern(textOf(raw['status'], 64)),
    reason: intern(textOf(raw['reason'], 128)),
    message: intern(messageOf(raw['message'])),
    changedAt: meantTimeOf(raw['lastTransitionTime']),
  }));
  return conditions.filter((condition) => condition.type !== '' && wanted(condition)).slice(0, most);
}
