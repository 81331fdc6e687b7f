/** An answer by HTTP, as a server of the homelab gives it. */
export interface Page {
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What an application shows. */
interface App {
  title: string;
  /** What else can be read on its page. */
  text: string;
  /** How long it usually takes, ms. */
  tookMs: number;
  /** Where it leads whoever has not logged in. */
  leadsTo?: string;
  /** Nothing is shown without a password. */
  isClosed?: true;
}

/** By `namespace/name` of the Service. */
const apps: Readonly<Record<string, App>> = {
  'argocd/argocd-server': { title: 'Argo CD', text: 'Loading', tookMs: 14 },
  'default/photos': { title: 'Synology Photos', text: 'Sign in', tookMs: 62 },
  'gitea/gitea': { title: 'Gitea: Git with a cup of tea', text: 'Explore Help Sign In', tookMs: 38 },
  'harbor/harbor-portal': { title: 'Harbor', text: 'Loading...', tookMs: 9 },
  'home/dashboard': { title: 'Home', text: 'Living room 21.4 °C', tookMs: 18 },
  'home/home-assistant': { title: 'Home Assistant', text: 'Loading data', tookMs: 24 },
  'home/zigbee2mqtt': { title: 'Zigbee2MQTT', text: 'You need to enable JavaScript', tookMs: 12 },
  'longhorn-system/longhorn-ui': { title: 'Longhorn', text: '', tookMs: 6, isClosed: true },
  'mealie/mealie': { title: 'Mealie', text: 'Mealie is a recipe manager', tookMs: 71 },
  'media/jellyfin': { title: 'Jellyfin', text: 'Loading', tookMs: 33, leadsTo: '/web/' },
  'monitoring/grafana': { title: 'Grafana', text: 'Loading Grafana', tookMs: 21, leadsTo: '/login' },
  'monitoring/victoria-metrics': { title: '', text: '<h2>Single-node VictoriaMetrics</h2>', tookMs: 4 },
  'paperless/paperless-ngx': {
    ...{ title: 'Paperless-ngx sign in', text: 'Please sign in.', tookMs: 84 },
    leadsTo: '/accounts/login/?next=/',
  },
};

/** What Gitea shows whose configuration and database are empty. */
export const firstRunPage: Page = html(200, 'Installation - Gitea: Git with a cup of tea', 'Initial Configuration');

/** Traefik's own words where no router fits. */
export const noSuchPage: Page = plain(404, '404 page not found\n');

/** Traefik's own words where nobody is ready behind a Service. */
export const noServerPage: Page = plain(503, 'no available server\n');

/** What the application behind a Service answers, and how long it usually takes, ms. What is not known says hello. */
export function pageOf(service: string, path: string): { page: Page; tookMs: number } {
  const app = apps[service] ?? { title: service.slice(service.indexOf('/') + 1), text: 'Hello', tookMs: 20 };
  return { page: shown(app, path), tookMs: app.tookMs };
}

function shown({ title, text, leadsTo, isClosed }: App, path: string): Page {
  if (isClosed) {
    const headers = { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="traefik"' };
    return { status: 401, headers, body: '401 Unauthorized\n' };
  }
  if (path === '/' && leadsTo !== undefined) return { status: 302, headers: { location: leadsTo }, body: '' };
  const known = path === '/' || path === leadsTo?.replace(/\?.*/, '');
  return known ? html(200, title, text) : html(404, 'Not Found', 'There is no such page.');
}

function html(status: number, title: string, text: string): Page {
  const head = title === '' ? '' : `<head><meta charset="utf-8"><title>${title}</title></head>`;
  const body = `<!DOCTYPE html>\n<html lang="en">${head}<body>${text}</body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function plain(status: number, body: string): Page {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body,
  };
}

/** An answer in JSON. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Page {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${JSON.stringify(value)}\n` };
}
