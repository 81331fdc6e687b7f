const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
/** The bit by which `{` and `}` differ from `[` and `]`: one comparison for both, of which most bytes need two. */
const bracketToBrace = 0x20;

/** Shorter ones are parsed sooner than cut. Also keeps bookmarks whole, which say their meaning in an annotation. */
const shortest = 2_048;
/** A buffer that grew beyond this for one giant is given back. */
const keptAtMost = 262_144;

/** Gives the text of a JSON document without the lists and objects under the keys it was made for. */
export type JsonCut = (json: Buffer) => string;

/**
 * Cuts out every list and object that stands under one of the keys, however deep. What no fact uses is most of an object
 * (`managedFields` alone a third): parsing takes less than half the time and leaves little to collect. Safe for any order
 * of keys and any string; what is not written as Go, JavaScript and the like write JSON (no space behind the colon) stays.
 */
export function jsonCut(keys: readonly string[]): JsonCut {
  const names = namesByLength(keys);
  let kept: Buffer = Buffer.alloc(0);

  return (json) => {
    if (json.length < shortest) return json.toString('utf8');
    if (kept.length < json.length) kept = Buffer.allocUnsafeSlow(json.length);
    const text = kept.toString('utf8', 0, copyWithout(json, names, kept));
    if (kept.length > keptAtMost) kept = Buffer.alloc(0);
    return text;
  };
}

/** Copies what is not cut to `kept`; returns how many bytes that are. */
function copyWithout(json: Buffer, names: NamesByLength, kept: Buffer): number {
  let length = 0;
  let from = 0; // where the bytes begin that are not yet copied
  let i = 0;
  while (i < json.length) {
    if (json[i] !== quote) {
      i += 1;
      continue;
    }
    const end = endOfString(json, i + 1);
    const value = end + 2;
    const opens = json[value] === openBrace || json[value] === openBracket;
    if (!opens || json[end + 1] !== colon || !isOneOf(json, i + 1, end, names)) {
      i = end + 1;
      continue;
    }
    length += json.copy(kept, length, from, i);
    const after = endOfValue(json, value);
    from = json[after] === comma ? after + 1 : after;
    // The last of its object takes along the comma before it, which may have been left by another one cut.
    if (from === after && kept[length - 1] === comma) length -= 1;
    i = from;
  }
  return length + json.copy(kept, length, Math.min(from, json.length));
}

/** At each length the names of so many bytes. */
type NamesByLength = readonly (readonly Buffer[])[];

function namesByLength(keys: readonly string[]): NamesByLength {
  const names = keys.map((key) => Buffer.from(key));
  const longest = Math.max(0, ...names.map(({ length }) => length));
  return Array.from({ length: longest + 1 }, (_, each) => names.filter(({ length }) => length === each));
}

/** Asked for every key of a list or object: by length and first byte nearly all are told apart. */
function isOneOf(json: Buffer, from: number, to: number, names: NamesByLength): boolean {
  const candidates = names[to - from];
  if (candidates === undefined) return false;
  for (const name of candidates) if (stands(name, json, from)) return true;
  return false;
}

/** Written out, since a call to compare a few bytes natively costs more than the bytes. */
function stands(name: Buffer, json: Buffer, from: number): boolean {
  for (let i = 0; i < name.length; i += 1) if (name[i] !== json[from + i]) return false;
  return true;
}

/** Where the list or object that begins at `from` ends (after its bracket); the end of all if it does not. */
function endOfValue(json: Buffer, from: number): number {
  const { length } = json;
  let depth = 0;
  for (let i = from; i < length; i += 1) {
    let byte = json[i]!;
    if (byte === quote) {
      // As endOfString, written out: most of an object passes through here.
      for (i += 1; i < length && (byte = json[i]!) !== quote; i += 1) if (byte === backslash) i += 1;
      continue;
    }
    byte |= bracketToBrace;
    if (byte === openBrace) depth += 1;
    else if (byte === closeBrace && --depth === 0) return i + 1;
  }
  return length;
}

/** Where the closing quote of the string stands that is open at `from`; the end of all if there is none. */
function endOfString(json: Buffer, from: number): number {
  const { length } = json;
  for (let i = from; i < length; i += 1) {
    const byte = json[i];
    if (byte === quote) return i;
    if (byte === backslash) i += 1;
  }
  return length;
}
