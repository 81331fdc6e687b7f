import { defineTile } from '#server/engine/define-tile.ts';

/** Being built. */
export default defineTile({
  area: 'storage',
  needs: ['persistentVolumeClaim'],
  checks: [],
  figure: () => null,
  columns: [],
  cells: () => ({}),
});
