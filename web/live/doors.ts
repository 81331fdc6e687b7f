import type { Area } from '#shared/area.ts';
import type { AreaAnswer, AreaMeasured } from '#shared/area-rows.ts';
import type { DemoAnswer } from '#shared/demo.ts';
import type { Finding, Meaning } from '#shared/finding.ts';
import type {
  EpisodesAnswer,
  HistoryAnswer,
  LevelsAnswer,
  MomentsAnswer,
  SeriesAnswer,
  UptimeAnswer,
} from '#shared/history.ts';

/** What a door said, or a sentence that tells why it said nothing. `missing`: there is no such thing (404). */
export type Answer<T> = { ok: true; value: T } | { ok: false; missing: boolean; sentence: string };

const limitMs = 10_000;

export const askArea = (area: Area) => ask<AreaAnswer>(`/api/areas/${area}`);

/** What was measured of the rows of an area. */
export const askMeasured = (area: Area) => ask<AreaMeasured>(`/api/areas/${area}/measured`);

export const askFinding = (id: string) => ask<Finding>(`/api/findings/${encodeURIComponent(id)}`);

/** Up to now: what lasts is told without an end. */
export const askLevels = (subject: string, from: number) =>
  ask<LevelsAnswer>(`/api/levels?${query({ subject, from })}`);

export const askHistory = (series: string, from: number, to: number, points: number) =>
  ask<HistoryAnswer>(`/api/history?${query({ series, from, to, points })}`);

/** The names of the series of an area. */
export const askSeries = (area: Area) => ask<SeriesAnswer>(`/api/series?${query({ area })}`);

export const askMoments = (from: number, to: number) => ask<MomentsAnswer>(`/api/moments?${query({ from, to })}`);

export const askUptime = (subject: string) => ask<UptimeAnswer>(`/api/uptime?${query({ subject })}`);

/** The episodes of an area or of a finding, by its name or id. */
export const askEpisodes = (kind: 'area' | 'finding', name: string, from: number, to: number) =>
  ask<EpisodesAnswer>(`/api/episodes?${query({ [kind]: name, from, to })}`);

/** Says what an owner meant about one episode. */
export const acknowledge = ({ id, episode }: Finding, meaning: Meaning) =>
  ask<unknown>('/api/acknowledgements', 'POST', { finding: id, episode, meaning });

/** Takes it back. */
export const takeBack = ({ id, episode }: Finding) =>
  ask<unknown>('/api/acknowledgements', 'DELETE', { finding: id, episode });

/** What the demo can play and plays. Only the demo has this door. */
export const askDemo = () => ask<DemoAnswer>('/api/demo');

/** Has the demo play another scenario. */
export const playDemo = (scenario: string) => ask<DemoAnswer>('/api/demo', 'POST', { scenario });

function query(values: Record<string, string | number>): string {
  return new URLSearchParams(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? String(Math.round(value)) : value,
    ]),
  ).toString();
}

async function ask<T>(path: string, method = 'GET', body?: unknown): Promise<Answer<T>> {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  try {
    const response = await fetch(path, { method, signal: AbortSignal.timeout(limitMs), ...sent });
    const text = await response.text();
    if (response.ok) return { ok: true, value: (text === '' ? null : JSON.parse(text)) as T };
    return {
      ok: false,
      missing: response.status === 404,
      sentence: told(text) ?? `The wall answered ${response.status}.`,
    };
  } catch (error) {
    return { ok: false, missing: false, sentence: whyNot(error) };
  }
}

/** The sentence in a refusal's JSON, if it has one. */
function told(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? `The wall says: ${error}.` : null;
  } catch (problem) {
    if (problem instanceof SyntaxError || problem instanceof TypeError) return null;
    throw problem;
  }
}

function whyNot(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'The wall gave no answer within 10 s.';
  if (error instanceof SyntaxError) return 'The wall gave an answer that cannot be read.';
  return 'The wall cannot be reached.';
}
