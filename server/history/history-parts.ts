import type { HistoryPart } from './database-access.ts';
import { episodePart } from './episode-store.ts';
import { momentPart } from './moment-store.ts';
import { seriesPart } from './series-store.ts';
import { stretchPart } from './stretch-rows.ts';

/** All parts of the history beside what its wall must not forget, in the order in which they make room. */
export const historyParts: readonly HistoryPart[] = [seriesPart, stretchPart, episodePart, momentPart];
