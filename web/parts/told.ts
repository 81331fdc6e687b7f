import { render, type Say, type SayContext } from '#shared/say.ts';

/** Letters written from right to left, and marks that turn the direction of what follows. */
const turning = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]/;
/** Words that turn the direction, with the blanks between them. */
const turningWords = new RegExp(`\\S*${turning.source}\\S*(?:\\s+\\S*${turning.source}\\S*)*`, 'g');
const isolate = '\u2068';
const endIsolate = '\u2069';
/** Begin and end of isolation: a name with these would end our own. */
const isolating = /[\u2066-\u2069]/g;
/** A sentence that begins with a word of ours in small letters, and not with the name of a program, which keeps its own. */
const smallBeginning = /^(?!(?:etcd|containerd|kine|systemd)\b)[a-z]+(?![\w./-])/;

/** `render`, with names that turn the direction of writing kept from turning the sentence around them. */
export function told({ template, values }: Say, context: SayContext): string {
  const kept = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' && turning.test(value) ? wrapped(value) : value,
  ]);
  return render({ template, values: Object.fromEntries(kept) as Say['values'] }, context);
}

/** A value that is not a name but words of ours: no name has a blank. */
const wordsBeginning = /^(?:the|our) \S/;

/** `told` as a line of its own: it begins with a large letter, but for names, which stay as they are written. */
export function toldSentence({ template, values }: Say, context: SayContext): string {
  const begun = smallBeginning.test(template) ? template[0]!.toUpperCase() + template.slice(1) : template;
  const text = told({ template: begun, values }, context);
  const [, first = ''] = /^\{(\w+)\}/.exec(template) ?? [];
  return wordsBeginning.test(String(values[first])) ? text[0]!.toUpperCase() + text.slice(1) : text;
}

/** A sentence that was rendered elsewhere, with the words in it that turn the direction kept to themselves. */
export function isolated(text: string): string {
  return turning.test(text) ? text.replace(turningWords, wrapped) : text;
}

function wrapped(text: string): string {
  return `${isolate}${text.replace(isolating, '')}${endIsolate}`;
}
