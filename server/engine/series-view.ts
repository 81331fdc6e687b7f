import type { Area } from '#shared/area.ts';
import type { Subject } from '#shared/finding.ts';
import type { HistoryAnswer, SeriesName } from '#shared/history.ts';
import { mostSeries, sampleMs, type SeriesStore } from '#server/history/history.ts';
import type { Check } from './define-check.ts';
import type { SeriesRule } from './define-series.ts';
import type { EngineConfig } from './engine-config.ts';
import { newestValue } from './newest-value.ts';
import { settingsOf } from './settings-of.ts';
import type { TileDefinition } from './define-tile.ts';

/** How the series of these tiles are told to the doors. */
export function createSeriesView(tiles: readonly TileDefinition[], checks: ReadonlyMap<string, Check>) {
  const rules = new Map(tiles.flatMap(({ area, series = [] }) => series.map((rule) => [rule.series, { area, rule }])));

  const inRows = shownInRows(tiles);

  /** Null for what was measured by a rule that is no more. Asked only of series that there are: a title is made of their subject. */
  function named(series: string): (SeriesName & { rule: SeriesRule }) | null {
    const [name = '', ...subject] = series.split('|');
    const found = rules.get(name as SeriesRule['series']);
    if (found === undefined) return null;
    const { area, rule } = found;
    return { series, area, rule, unit: rule.unit, title: rule.title(subjectOf(subject.join('|'))) };
  }

  function limitsOf({ limitsOf: check }: SeriesRule, config: EngineConfig): Pick<HistoryAnswer, 'limits'> {
    const known = check === undefined ? undefined : checks.get(check);
    if (known === undefined) return {};
    const settings = settingsOf(known, config) as Record<string, number>;
    const limits = (['warn', 'bad'] as const).flatMap((level) => {
      const value = settings[level];
      return value === undefined ? [] : [{ level, value }];
    });
    return limits.length === 0 ? {} : { limits };
  }

  return {
    read(
      store: SeriesStore,
      config: EngineConfig,
      { series, from, to, points }: { series: string; from: number; to: number; points: number },
    ): HistoryAnswer | null {
      const read = store.read(series, from, to, points);
      const known = read === null ? null : named(series);
      if (known === null || read === null) return null;
      const last = newestValue(read, to, (...part) => store.read(series, ...part));
      return {
        ...{ series, title: known.title, unit: known.unit, ...read },
        ...(last === null ? {} : { last }),
        ...limitsOf(known.rule, config),
      };
    },
    /** One that nothing was measured of yet; null if no rule measures such a thing. */
    empty(series: string): HistoryAnswer | null {
      const known = named(series);
      return known === null ? null : { series, title: known.title, unit: known.unit, step: sampleMs, points: [] };
    },
    /** Those of an area, those of the area as a whole first, then by name. */
    names(store: SeriesStore, area: Area): SeriesName[] {
      return store
        .names()
        .flatMap((series) => named(series) ?? [])
        .filter((each) => each.area === area)
        .toSorted(
          (a, b) => Number(a.series.includes('|')) - Number(b.series.includes('|')) || (a.series < b.series ? -1 : 1),
        )
        .slice(0, mostSeries)
        .map(({ series, title, unit, rule }) => {
          const shown = inRows.get(rule.series);
          return { series, title, unit, area, ...(shown === undefined ? {} : { inRows: shown }) };
        });
    },
  };
}

/** The view of series. */
export type SeriesView = ReturnType<typeof createSeriesView>;

/** How the rows of an area show the series of a rule. */
function shownInRows(tiles: readonly TileDefinition[]): ReadonlyMap<string, NonNullable<SeriesName['inRows']>> {
  return new Map(
    tiles
      .flatMap(({ columns }) => columns)
      .flatMap(({ type, measured }) =>
        measured !== undefined && (type === 'spark' || type === 'uptime') ? [[measured.series, type]] : [],
      ),
  );
}

function subjectOf(text: string): Subject | null {
  if (text === '') return null;
  const [kind = '', first = '', ...others] = text.split('/');
  return others.length === 0 ? { kind, name: first } : { kind, namespace: first, name: others.join('/') };
}
