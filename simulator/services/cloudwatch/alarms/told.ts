import type { AlarmConfig, AlarmState } from '../state.ts';
import { stamp } from './reason.ts';

/** An alarm's state, as events tell of it. */
export const stateOf = ({ value, reason, reasonData, updatedAtMs }: AlarmState): object => ({
  value,
  reason,
  ...(reasonData !== undefined && { reasonData }),
  timestamp: stamp(updatedAtMs),
});

/** What an alarm watches, as events tell of it. */
export const metricsOf = (config: AlarmConfig, metricId: string): object[] => [
  {
    id: metricId,
    metricStat: {
      metric: {
        namespace: config.namespace,
        name: config.metricName,
        dimensions: Object.fromEntries(config.dimensions.map(({ Name, Value }) => [Name, Value])),
      },
      period: config.periodSeconds,
      stat: config.statistic,
      ...(config.unit !== undefined && { unit: config.unit }),
    },
    returnData: true,
  },
];
