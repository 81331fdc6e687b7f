/** One value, and by which labels it is told from the others of its family. */
export interface MetricValue {
  labels?: Record<string, string>;
  value: number;
}

/** Values of one name. Units are base units (seconds, bytes); the name of a counter ends in `_total`. */
export interface MetricFamily {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  values: readonly MetricValue[];
}

// Names of Kubernetes have up to 253 characters, and a series holds at most three of them.
const longestLabel = 1_000;

/** Families in Prometheus' text format 0.0.4; those without values are left out. */
export function prometheusText(families: readonly MetricFamily[]): string {
  const lines = families
    .filter(({ values }) => values.length > 0)
    .flatMap(({ name, type, help, values }) => [
      `# HELP ${name} ${escaped(help)}`,
      `# TYPE ${name} ${type}`,
      ...values.map(({ labels = {}, value }) => `${name}${labelsText(labels)} ${valueText(value)}`),
    ]);
  return lines.map((line) => `${line}\n`).join('');
}

/** The content type of `prometheusText`. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

function labelsText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    const short = value.slice(0, longestLabel).toWellFormed();
    return `${name}="${escaped(short).replaceAll('"', '\\"')}"`;
  });
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
