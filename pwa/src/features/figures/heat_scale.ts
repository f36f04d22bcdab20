import type { HeatCell, HeatMetric } from '../../api/types';
import { count } from '../../locales/format';
import { m } from '../../locales/paraglide/messages';

/** Four limits that split the cells into five equally large groups; equal values merge. */
export function limitsOf(cells: HeatCell[]): number[] {
  const values = cells
    .map((cell) => cell.properties.value)
    .filter((value): value is number => typeof value === 'number')
    .sort((one, other) => one - other);
  if (values.length === 0) return [];
  const at = (share: number) =>
    values[Math.min(values.length - 1, Math.floor(share * values.length))] as number;
  return [...new Set([0.2, 0.4, 0.6, 0.8].map(at))].filter((limit) => limit > (values[0] as number));
}

/** Formats a value of the metric for the legend. */
export function valueText(metric: HeatMetric, value: number): string {
  if (metric === 'late_share') return `${Math.round(value * 100)} %`;
  if (metric === 'response_p90') return `${(value / 60).toFixed(1)}`;
  return String(Math.round(value));
}

/** One cell in words: its figure and the caveats. */
export function cellText(metric: HeatMetric, cell: HeatCell['properties']): string {
  const said = [
    [cell.without_arrival, m.heat_without],
    [cell.doubtful, m.heat_doubtful],
    [cell.cancelled_late, m.heat_cancelled_late],
  ] as const;
  return [
    m.heat_cell({ value: valueText(metric, cell.value), count: count(cell.count) }),
    ...said.filter(([many]) => many > 0).map(([many, word]) => word({ count: count(many) })),
  ].join(' · ');
}
