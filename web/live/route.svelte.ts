import { isArea, type Area } from '#shared/area.ts';

/** Which page the address names. `nowhere` carries what was asked for, to say so. */
export type Route =
  | { page: 'wall' }
  | { page: 'area'; area: Area }
  | { page: 'finding'; id: string }
  | { page: 'nowhere'; asked: string };

/** Reads `#/`, `#/areas/nodes` and `#/findings/ID` (percent-encoded). */
export function readRoute(hash: string): Route {
  const path = hash.replace(/^#\/?/, '').replace(/\/$/, '');
  if (path === '') return { page: 'wall' };
  const [kind, ...rest] = path.split('/');
  const name = decoded(rest.join('/'));
  if (kind === 'areas' && name !== null && isArea(name)) return { page: 'area', area: name };
  if (kind === 'findings' && name !== null && name !== '') return { page: 'finding', id: name };
  return { page: 'nowhere', asked: decoded(path) ?? path };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** The page's address as state, and the one before it (`#/areas/nodes`); empty at first. */
export class Address {
  route = $state.raw<Route>({ page: 'wall' });
  before = '';
  #hash: string;

  constructor(view: Window = window) {
    this.#hash = view.location.hash;
    this.route = readRoute(this.#hash);
    view.addEventListener('hashchange', () => {
      this.before = this.#hash === '' ? '#/' : this.#hash;
      this.#hash = view.location.hash;
      // A browser that loses what has the focus lays out the old page and the new one together.
      if (view.document.activeElement instanceof HTMLElement) view.document.activeElement.blur();
      this.route = readRoute(view.location.hash);
      view.scrollTo(0, 0);
    });
  }
}
