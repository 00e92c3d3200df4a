import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { ServiceName } from '../../simulator/service.ts';
import { services } from '../../simulator/services/index.ts';
import { conflicts } from '../../simulator/weather/conflicting-changes.ts';
import { describeWith } from '../support/referee.ts';

/** Services that botocore calls otherwise. */
const botocoreNames: Partial<Record<ServiceName, string>> = {
  'api-gateway': 'apigateway',
  'cloudwatch-logs': 'logs',
  eventbridge: 'events',
  'route-53': 'route53',
};

describeWith(['botocore'], 'the errors of weather', () => {
  test('are those that the operation declares, with its status', () => {
    const asked = conflicts.flatMap(({ service, operations, code, status }) => {
      const simulated = services.find(({ name }) => name === service)?.operations ?? {};
      const named = Object.keys(simulated).filter((operation) => operations.test(operation));
      expect(named, `${service} ${code}`).not.toEqual([]);
      return named.map((operation) => ({ service: botocoreNames[service] ?? service, operation, code, status }));
    });
    const script = new URL('./declared_errors.py', import.meta.url).pathname;
    const { stdout, stderr } = spawnSync('python3', ['-B', script], { input: JSON.stringify(asked), encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([]);
  });
});
