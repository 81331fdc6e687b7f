import { describe, expect, test } from 'vitest';
import { prometheusText, type MetricFamily } from '#server/http/prometheus-text.ts';

const family = (values: MetricFamily['values'], help = 'Help.'): MetricFamily => ({
  ...{ name: 'some_bytes', type: 'gauge', help, values },
});

describe("Prometheus' text", () => {
  test('has help, type and values of each family, and ends with a line feed', () => {
    expect(
      prometheusText([family([{ value: 1 }]), { ...family([{ value: 2 }]), name: 'a_total', type: 'counter' }]),
    ).toBe(
      '# HELP some_bytes Help.\n# TYPE some_bytes gauge\nsome_bytes 1\n' +
        '# HELP a_total Help.\n# TYPE a_total counter\na_total 2\n',
    );
  });

  test('says nothing of a family without values', () => {
    expect(prometheusText([family([])])).toBe('');
  });

  test('escapes what strangers named, in labels and in help', () => {
    const text = prometheusText([family([{ labels: { of: 'a "b" \\ c\nd' }, value: 1 }], 'a "b" \\ c\nd')]);
    expect(text).toContain('# HELP some_bytes a "b" \\\\ c\\nd\n');
    expect(text).toContain('some_bytes{of="a \\"b\\" \\\\ c\\nd"} 1\n');
  });

  test('a name that is too long is cut before it is escaped, and stays valid text', () => {
    const name = `${'x'.repeat(999)}"`;
    expect(prometheusText([family([{ labels: { of: name }, value: 1 }])])).toContain(`${'x'.repeat(999)}\\""} 1\n`);
    expect(prometheusText([family([{ labels: { of: `${name}more` }, value: 1 }])])).toContain(`x\\""} 1\n`);
    expect(prometheusText([family([{ labels: { of: `${'x'.repeat(999)}🙂` }, value: 1 }])])).toContain('x\uFFFD"} 1\n');
  });

  test('knows values that are no numbers', () => {
    const values = [NaN, Infinity, -Infinity, 1e300, -0.5].map((value) => ({ value }));
    const told = prometheusText([family(values)])
      .trim()
      .split('\n')
      .slice(2);
    expect(told.map((line) => line.split(' ')[1])).toEqual(['NaN', '+Inf', '-Inf', '1e+300', '-0.5']);
  });
});
