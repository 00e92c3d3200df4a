import { fleetMap } from '../map/fleet-map.ts';
import { viewOf } from '../map/view-of.ts';
import { troubled } from '../test/map/known.ts';

/** docs/pictures/fleet-map.svg: a fleet of ten in trouble, as a dashboard shows it, with every sign there is to see at once. */
export const fleetPicture = (): string => `${fleetMap(viewOf(troubled()))}\n`;
