import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './database-schema.ts';
import { createSeriesStore } from './series-store.ts';

/** Lines that say what a history holds, cluster by cluster, for people. `now` is epoch ms. Throws what a disk can do. */
export function describeHistory(database: DatabaseSync, now: number): string[] {
  const clusters = database.prepare('SELECT id, name FROM clusters ORDER BY id').all() as {
    id: number;
    name: string;
  }[];
  const bytes = Number(pragma(database, 'page_count')) * Number(pragma(database, 'page_size'));
  return [
    `${(bytes / 1e6).toFixed(1)} MB, ${clusters.length === 1 ? '1 cluster' : `${clusters.length} clusters`}`,
    ...clusters.flatMap(({ id, name }) => {
      const series = createSeriesStore(accessTo(database), name, () => now).names().length;
      return [
        `cluster ${name}:`,
        `  series: ${series}`,
        ...counted.map(({ what, from, to, table }) => {
          const query = `SELECT count(*) AS n, min(${from}) AS first, max(${to}) AS last FROM ${table} = ?`;
          const { n, first, last } = database.prepare(query).get(id) as Record<string, number | null>;
          return `  ${what}: ${n}${n === 0 ? '' : `, from ${day(first)} to ${day(last)}`}`;
        }),
      ];
    }),
  ];
}

const counted = [
  {
    what: 'stretches of level',
    from: 'from_at',
    to: 'coalesce(to_at, from_at)',
    table: 'stretches JOIN level_subjects s ON s.id = stretches.subject WHERE s.cluster',
  },
  { what: 'episodes', from: 'since', to: 'coalesce(ended_at, since)', table: 'episodes WHERE cluster' },
  { what: 'moments', from: 'at', to: 'at', table: 'moments WHERE cluster' },
];

function day(at: number | null | undefined): string {
  return typeof at === 'number' && Math.abs(at) < 8.64e15 ? new Date(at).toISOString().slice(0, 10) : 'unknown';
}

function accessTo(database: DatabaseSync) {
  const refuse = (): never => {
    throw new Error('a history that is described is not written');
  };
  return { generation: 1, read: <T>(work: (database: DatabaseSync) => T) => work(database), write: refuse };
}
