import { describe } from 'vitest';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { historyContract } from './history-contract.ts';

describe('a history in memory', () => historyContract(createHistoryMemory));
