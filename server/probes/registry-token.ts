import type { HttpAnswer } from '#server/cluster/network.ts';
import { objectOf } from '#server/facts/read-raw.ts';
import { jsonOf } from './json-text.ts';

/** A token as its server gave it. It is kept in memory alone, and never told. */
export interface RegistryToken {
  token: string;
  /** How long it may be used, ms. */
  lastsMs: number;
}

/** Why there is no token: the login is not accepted, or there is no sense in what came. */
export interface NoToken {
  refused: boolean;
  /** In the owner's words: "its token server answers 503". */
  message: string;
}

// As the specification says where nothing is told; many servers rely on it.
const usualMs = 60_000;
const longestMs = 3_600_000;
// It must not run out on its way.
const spareMs = 5_000;
const tokenText = /^[\x21-\x7e]{1,16384}$/;

/** What a token server's answer holds. Pure. */
export function tokenOf(answer: HttpAnswer): RegistryToken | NoToken {
  if (answer.trouble !== '') return no(`its token server cannot be asked: ${answer.message}`);
  if (answer.status === 401 || answer.status === 403) return { ...no('its token server refuses'), refused: true };
  if (answer.status !== 200) return no(`its token server answers ${answer.status}`);
  const told = objectOf(jsonOf(answer.body));
  const token = [told['token'], told['access_token']].find((each) => typeof each === 'string' && each !== '');
  if (typeof token !== 'string' || !tokenText.test(token)) return no('its token server gives no token');
  const seconds = told['expires_in'];
  const toldMs = typeof seconds === 'number' && seconds > 0 ? Math.min(longestMs, seconds * 1_000) : usualMs;
  return { token, lastsMs: Math.max(0, toldMs - spareMs) };
}

function no(message: string): NoToken {
  return { refused: false, message: message.slice(0, 300) };
}
