import type { TileDefinition } from '#server/engine/define-tile.ts';
import backups from './backups/tile.ts';
import certificates from './certificates/tile.ts';
import controlPlane from './control-plane/tile.ts';
import nodes from './nodes/tile.ts';
import registry from './registry/tile.ts';
import services from './services/tile.ts';
import storage from './storage/tile.ts';
import workloads from './workloads/tile.ts';

/** The areas that are watched, in the order of the wall. The others stand in their places as unwatched. */
export const watchedAreas: readonly TileDefinition[] = [
  ...[controlPlane, nodes, workloads, certificates],
  ...[storage, backups],
  ...[registry, services],
];
