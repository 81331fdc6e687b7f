const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;

const managedFields = Buffer.from('"managedFields":[');

/**
 * The text of a JSON document without its first `managedFields` list, which is a third of an object and which no fact uses:
 * parsing takes half the time. Safe for any order of keys and any string. Whatever does not look as expected stays whole.
 */
export function textWithoutManagedFields(json: Buffer): string {
  const at = json.indexOf(managedFields);
  if (at <= 0) return json.toString('utf8');
  const before = json[at - 1];
  // Within a string the first quote would be escaped; so only after a brace or comma does a key begin.
  if (before !== openBrace && before !== comma) return json.toString('utf8');
  const end = endOfList(json, at + managedFields.length);
  if (end === -1) return json.toString('utf8');
  if (before === comma) return json.toString('utf8', 0, at - 1) + json.toString('utf8', end);
  return json.toString('utf8', 0, at) + json.toString('utf8', json[end] === comma ? end + 1 : end);
}

/** Where the list that is open at `from` ends (after its bracket), or -1. */
function endOfList(json: Buffer, from: number): number {
  let depth = 1;
  for (let i = from; i < json.length; i += 1) {
    const byte = json[i];
    if (byte === quote) {
      i = endOfString(json, i + 1);
      if (i === -1) return -1;
    } else if (byte === openBracket) {
      depth += 1;
    } else if (byte === closeBracket) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}

/** Where the closing quote of the string stands that is open at `from`, or -1. */
function endOfString(json: Buffer, from: number): number {
  for (let i = from; i < json.length; i += 1) {
    const byte = json[i];
    if (byte === quote) return i;
    if (byte === backslash) i += 1;
  }
  return -1;
}
