import { defineTile } from '#server/engine/define-tile.ts';

/** The registries: how many of them answer. */
export default defineTile({
  area: 'registry',
  needs: ['registryProbe'],
  checks: [],
  figure: () => null,
  columns: [],
  cells: () => ({}),
});
