import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Reference = z.object({
  source: z.string(),
  services: z.record(
    z.string(),
    z.object({
      /** ARNs of resource types, '*' where a resource has its own. */
      arns: z.record(z.string(), z.string()),
      actions: z.record(
        z.string(),
        z.object({ keys: z.array(z.string()), types: z.record(z.string(), z.array(z.string())) }),
      ),
    }),
  ),
});

/** What AWS says of one action: its resource types by the ARNs they have, and the condition keys of each. */
export interface ReferenceAction {
  readonly keys: readonly string[];
  readonly types: readonly { readonly arn: string; readonly keys: readonly string[] }[];
}

const { services } = Reference.parse(
  JSON.parse(readFileSync(new URL('service-authorization.json', import.meta.url), 'utf8')),
);

/** `undefined` where AWS knows no such action, or nobody has put it into the extract yet. */
export function referenceOf(action: string): ReferenceAction | undefined {
  const [prefix = '', name = ''] = action.split(':');
  const service = services[prefix];
  const found = service?.actions[name];
  if (service === undefined || found === undefined) return undefined;
  const types = Object.entries(found.types).map(([type, keys]) => ({ arn: service.arns[type] ?? '', keys }));
  return { keys: found.keys, types };
}

/** Whether some text matches both of two patterns with '*'. */
export function overlap(a: string, b: string): boolean {
  const reached = Array.from({ length: a.length + 1 }, () => new Set<number>());
  const visit = (i: number, j: number): boolean => {
    const row = reached[i];
    if (row === undefined || j > b.length || row.has(j)) return false;
    row.add(j);
    if (i === a.length && j === b.length) return true;
    if (a[i] === '*') return visit(i + 1, j) || visit(i, j + 1);
    if (b[j] === '*') return visit(i, j + 1) || visit(i + 1, j);
    return i < a.length && a[i] === b[j] && visit(i + 1, j + 1);
  };
  return visit(0, 0);
}
