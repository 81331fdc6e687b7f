/** What only regular expressions have; a path of a rule may be one. */
const pattern = /[()[\]{}*+?^$|\\]/;

/**
 * The path by which to ask, of those that are let through: `/` if it is among them or nothing is known of them, else the
 * first that is no pattern, else what stands before the first pattern begins (`/app(/|$)(.*)` is `/app`).
 */
export function askedPath(paths: readonly string[]): string {
  const first = paths.length === 0 || paths.includes('/') ? '/' : paths.find((path) => !pattern.test(path));
  return written(first ?? paths[0]!.slice(0, paths[0]!.search(pattern)));
}

/** As it stands in a URL. Two slashes at its beginning would be another host. */
function written(path: string): string {
  return `/${path.replace(/^[/\\]+/, '')}`;
}
