import { sayable } from '#server/cluster/sayable.ts';

const longestTitle = 100;
// A title stands at the beginning of a page; what is longer is none.
const mostSearched = 65_536;
const longestWritten = 1_000;

const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' },
  ...{ middot: '·', bull: '•', ndash: '–', mdash: '—', hellip: '…', raquo: '»', laquo: '«', copy: '©' },
};

/** The title of a page as one line of at most 100 characters, "" if it has none. However it is written, the search is linear. */
export function pageTitle(body: string): string {
  const page = body.slice(0, mostSearched);
  const begin = page.search(/<title[\s>]/i);
  if (begin < 0) return '';
  const from = page.indexOf('>', begin) + 1;
  const to = from === 0 ? -1 : page.indexOf('<', from);
  return to < 0 ? '' : sayable(plainText(page.slice(from, Math.min(to, from + longestWritten))), longestTitle);
}

/** Text as HTML means it: `&amp;` is `&`, `&#233;` is `é`; what is unknown stays as it is written. */
function plainText(written: string): string {
  return written.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
    (whole, ten?: string, sixteen?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(entities, name) ? entities[name]! : whole;
      const code = ten === undefined ? Number.parseInt(sixteen ?? '', 16) : Number(ten);
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
    },
  );
}
