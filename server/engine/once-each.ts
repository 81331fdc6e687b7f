/** More different failures than this are not told apart. */
const maxKnown = 200;

/** Passes on each failure of each thing once, so that a check that throws every second does not fill the log. */
export function onceEach(tell: (what: string, error: unknown) => void): (what: string, error: unknown) => void {
  const known = new Set<string>();
  return (what, error) => {
    const key = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    if (known.has(key) || known.size >= maxKnown) return;
    known.add(key);
    tell(what, error);
  };
}
