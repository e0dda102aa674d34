/** Counters and histograms in memory, written out as Prometheus reads them. */

/** `{ model: "dogs", label: "beagle" }` */
export type Labels = Record<string, string>;

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

const seriesOf = (name: string, labels: Labels): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
};

const head = (name: string, help: string, type: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

export interface Counter {
  add(labels: Labels, by?: number): void;
  lines(): string[];
}

export const createCounter = (name: string, help: string): Counter => {
  const counts = new Map<string, number>();
  return {
    add(labels, by = 1) {
      const series = seriesOf(name, labels);
      counts.set(series, (counts.get(series) ?? 0) + by);
    },
    lines: () => [...head(name, help, "counter"), ...[...counts].map(([series, count]) => `${series} ${count}`)],
  };
};

export interface Histogram {
  observe(labels: Labels, value: number): void;
  lines(): string[];
}

/** @param bounds upper ones, ascending; the last bucket is open */
export const createHistogram = (name: string, help: string, bounds: readonly number[]): Histogram => {
  const all = new Map<string, { labels: Labels; buckets: number[]; sum: number; count: number }>();
  return {
    observe(labels, value) {
      const key = seriesOf(name, labels);
      const one = all.get(key) ?? { labels, buckets: bounds.map(() => 0), sum: 0, count: 0 };
      all.set(key, one);
      for (const [i, bound] of bounds.entries()) if (value <= bound) one.buckets[i]!++;
      one.sum += value;
      one.count++;
    },
    lines: () => [
      ...head(name, help, "histogram"),
      ...[...all.values()].flatMap(({ labels, buckets, sum, count }) => [
        ...bounds.map((bound, i) => `${seriesOf(`${name}_bucket`, { ...labels, le: String(bound) })} ${buckets[i]}`),
        `${seriesOf(`${name}_bucket`, { ...labels, le: "+Inf" })} ${count}`,
        `${seriesOf(`${name}_sum`, labels)} ${sum}`,
        `${seriesOf(`${name}_count`, labels)} ${count}`,
      ]),
    ],
  };
};
