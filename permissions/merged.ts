import type { Permission } from '../control-plane/model/permission.ts';

const byText = (a: string, b: string): number => a.localeCompare(b);

/** 'ec2:DescribeVpcs' becomes 'Ec2DescribeVpcs'. */
const nameFor = (action: string): string =>
  action
    .split(':')
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('');

/** What two statements must have in common to be one. */
const circumstances = ({ conditions, because }: Permission): unknown => [conditions, because];

/**
 * As few statements as say the same: first all resources of an action, then all actions of the same resources, each under
 * the same conditions and for the same reason. What is allowed is neither more nor less for it.
 */
export function merged(permissions: Iterable<Permission>): Readonly<Record<string, Permission>> {
  const byAction = new Map<string, { action: string; resources: Set<string>; of: Permission }>();
  for (const permission of permissions)
    for (const action of permission.actions) {
      const key = JSON.stringify([action, circumstances(permission)]);
      let found = byAction.get(key);
      if (found === undefined) byAction.set(key, (found = { action, resources: new Set(), of: permission }));
      for (const resource of permission.resources) found.resources.add(resource);
    }
  const byResources = Map.groupBy(byAction.values(), ({ resources, of }) =>
    JSON.stringify([[...resources].toSorted(byText), circumstances(of)]),
  );
  const statements: Record<string, Permission> = {};
  for (const group of byResources.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { resources, of } = first;
    statements[freeName(nameFor(first.action), statements)] = {
      ...of,
      actions: group.map(({ action }) => action),
      resources: [...resources].toSorted(byText),
    };
  }
  return statements;
}

function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  if (!(name in taken)) return name;
  for (let nth = 2; ; nth += 1) if (!(`${name}${nth}` in taken)) return `${name}${nth}`;
}
