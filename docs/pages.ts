import { costPage } from './cost-page.ts';
import { fleetPicture } from './fleet-picture.ts';
import { kindsPage } from './kinds-page.ts';
import { operationsPage } from './operations-page.ts';
import { permissionsPage } from './permissions-page.ts';

/** Pages that are made from the code, by their path from the root. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/cost.md': costPage,
  'docs/kinds.md': kindsPage,
  'docs/pictures/fleet-map.svg': fleetPicture,
  'docs/permissions.md': permissionsPage,
  'docs/simulator-operations.md': operationsPage,
};
