import { defineTile } from '#server/engine/define-tile.ts';

/** The services: how many of them their users reach. */
export default defineTile({
  area: 'services',
  needs: ['serviceProbe'],
  checks: [],
  figure: () => null,
  columns: [],
  cells: () => ({}),
});
