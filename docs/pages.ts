import { kindsPage } from './kinds-page.ts';
import { operationsPage } from './operations-page.ts';
import { permissionsPage } from './permissions-page.ts';

/** Pages that are made from the code, by their path from the root. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/kinds.md': kindsPage,
  'docs/permissions.md': permissionsPage,
  'docs/simulator-operations.md': operationsPage,
};
