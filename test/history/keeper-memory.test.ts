import { describe } from 'vitest';
import { createKeeperMemory } from '#server/history/keeper-memory.ts';
import { keeperContract } from './keeper-contract.ts';

describe('a keeper in memory', () => keeperContract(createKeeperMemory));
