import { defineTile } from '#server/engine/define-tile.ts';

/** The certificates: days left of the soonest. */
export default defineTile({
  area: 'certificates',
  needs: [],
  checks: [],
  figure: () => null,
  columns: [],
  cells: () => ({}),
});
