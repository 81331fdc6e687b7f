/** One measured figure beside its bar and, where there is one, the baseline measured in the same run. */
export interface Row {
  name: string;
  bar: string;
  value: string;
  baseline: string;
  ratio: string;
}

/** `baseline` null: there is nothing to compare with. Ratio = baseline / value. */
export function row(name: string, bar: string, value: number, baseline: number | null, unit: string): Row {
  const text = (figure: number) => `${figure < 10 ? figure.toFixed(2) : figure.toFixed(0)} ${unit}`;
  return {
    name,
    bar: bar === '-' ? '-' : `${bar} ${unit}`,
    value: text(value),
    baseline: baseline === null ? '-' : text(baseline),
    ratio: baseline === null ? '-' : `${(baseline / value).toFixed(1)}x`,
  };
}

/** Prints rows as a Markdown table, to be pasted into the README. */
export function table(title: string, rows: Row[]): void {
  console.log(`\n${title}\n`);
  console.log('| figure | bar | wall | baseline | baseline / wall |\n|---|---|---|---|---|');
  for (const { name, bar, value, baseline, ratio } of rows) {
    console.log(`| ${name} | ${bar} | ${value} | ${baseline} | ${ratio} |`);
  }
}
