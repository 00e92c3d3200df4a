import type { Permission } from '../control-plane/model/permission.ts';

/** 'ec2:DescribeVpcs' becomes 'Ec2DescribeVpcs'. */
const nameFor = (action: string): string =>
  action
    .split(':')
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('');

/**
 * As few statements as say the same: first all resources of an action, then all actions of the same resources, each under
 * the same conditions. A role's own policies may have 10,240 characters in all.
 *
 * Source  docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function merged(permissions: Iterable<Permission>): Readonly<Record<string, Permission>> {
  const byAction = new Map<string, { action: string; resources: Set<string>; of: Permission; reasons: Set<string> }>();
  for (const permission of permissions)
    for (const action of permission.actions) {
      const key = JSON.stringify([action, permission.conditions]);
      let found = byAction.get(key);
      if (found === undefined)
        byAction.set(key, (found = { action, resources: new Set(), of: permission, reasons: new Set() }));
      for (const resource of permission.resources) found.resources.add(resource);
      if (permission.because !== undefined) found.reasons.add(permission.because);
    }
  const byResources = Map.groupBy(byAction.values(), ({ resources, of }) =>
    JSON.stringify([[...resources].toSorted(), of.conditions]),
  );
  const statements: Record<string, Permission> = {};
  for (const group of byResources.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { resources, of } = first;
    const reasons = new Set(group.flatMap((one) => [...one.reasons]));
    const actions = group.map(({ action }) => action);
    statements[freeName(nameFor(first.action), statements)] = {
      actions,
      resources: [...resources].toSorted(),
      ...(of.conditions !== undefined && { conditions: of.conditions }),
      ...(reasons.size > 0 && { because: [...reasons].join('; ') }),
    };
  }
  return statements;
}

function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  if (!(name in taken)) return name;
  for (let nth = 2; ; nth += 1) if (!(`${name}${nth}` in taken)) return `${name}${nth}`;
}
