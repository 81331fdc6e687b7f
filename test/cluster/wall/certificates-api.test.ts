import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { createCertificateAuthority } from '../certificates.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import type { ServingCertificateRequest } from '../serving-certificate.ts';
import { AUTHORITY_NAME } from '../plane-files.ts';
import { until } from '../until.ts';
import { episodesOf, findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const minute = 60_000;
const day = 86_400_000;
// The API server is looked at every 10 s: what a handshake could see is said 10 s later at the latest.
const seenBar = 20_000;
const recoveryBar = 15_000;

let plane: ControlPlane;
let wall: WallProcess;
const played: Finding[] = [];

const fine = (board: Board) =>
  (['control-plane', 'certificates', 'nodes'] as const).every((area) => tileOf(board, area).level === 'ok');
const ofApi = (board: Board, check: string) =>
  findingsOf(board, check).find(({ subject }) => subject.kind === 'Endpoint');

const refusedFor = (board: Board, words: RegExp) => {
  const refusal = ofApi(board, 'control-plane/api-answers');
  return refusal !== undefined && words.test(refusal.sentence) ? refusal : undefined;
};

/** Shows another certificate, waits for what is said of it, and returns that. */
async function said(
  what: string,
  request: ServingCertificateRequest,
  find: (board: Board) => Finding | undefined,
): Promise<Finding> {
  await plane.exchangeServingCertificate(request);
  seenAfter(what, await wall.sees(what, (board) => find(board) !== undefined, seenBar), seenBar);
  const finding = find(await wall.board())!;
  played.push(finding);
  return finding;
}

beforeAll(async () => {
  plane = await startControlPlane();
  // Not of k3s, where a restart of the node would be the one thing to say.
  await plane.addNode('nuc0', { info: { kubeletVersion: 'v1.36.4' } });
  wall = await startWall(plane.kubeconfig());
  await wall.sees('all is fine', fine, 30_000);
});
afterAll(async () => {
  await wall?.stop();
  await plane?.stop();
});

describe("the API server's own certificate, exchanged on disk under open connections", () => {
  test('for one with 5 days of its year left: bad, with the days, although everybody still gets in', async () => {
    const validity = { notBefore: new Date(Date.now() - 360 * day), notAfter: new Date(Date.now() + 5 * day + minute) };
    const finding = await said('5 days left', validity, (board) => ofApi(board, 'certificates/expiring'));
    expect(finding).toMatchObject({ id: 'certificates/expiring|Endpoint/api', level: 'bad', cause: null });
    expect(finding.sentence).toMatch(/5 days/);
    expect(finding.steps.length).toBeGreaterThan(0);
    await wall.sees('5 on the tile', (board) => tileOf(board, 'certificates').figure.value === '5', 2_000);
    const board = await wall.board();
    expect(tileOf(board, 'certificates').level).toBe('bad');
    expect(findingsOf(board, 'control-plane/api-answers'), 'it answers').toEqual([]);
  });

  test('then for one that has expired: the certificate is the cause, the refusal its effect', async () => {
    const notAfter = new Date(Date.now() - day);
    const validity = { notBefore: new Date(Date.now() - 366 * day), notAfter };
    const finding = await said('expired', validity, (board) => ofApi(board, 'certificates/expired'));
    expect(finding).toMatchObject({ id: 'certificates/expired|Endpoint/api', level: 'bad', cause: null });
    expect(finding.sentence).toMatch(/expired/);
    const isCause = (board: Board) => ofApi(board, 'control-plane/api-answers')?.cause === finding.id;
    await wall.sees('new connections are refused because of it', isCause, seenBar);
    expect((await wall.board()).headline.finding).toBe(finding.id);
    // Since it ended, not since we saw it.
    expect(Math.abs(finding.since - notAfter.getTime())).toBeLessThan(1_000);
  });

  test('then for one of another authority: not trusted, and who signed it is named', async () => {
    const authority = await createCertificateAuthority('some-other-ca');
    const finding = await said('not trusted', { authority }, (board) => refusedFor(board, /not trusted|untrusted/));
    expect(finding.level).toBe('bad');
    expect(JSON.stringify([finding.sentence, finding.evidence])).toContain('some-other-ca');
    expect(finding.sentence).not.toMatch(/new authority/);
  });

  test('then for one of a new authority of the same name: the kubeconfig is old, and is said to be', async () => {
    const authority = await createCertificateAuthority(AUTHORITY_NAME);
    const finding = await said('a new authority', { authority }, (board) => refusedFor(board, /new authority/));
    expect(finding.level).toBe('bad');
    expect(finding.sentence).toMatch(/kubeconfig/);
    expect(finding.steps.length).toBeGreaterThan(0);
  });

  test('healed: all is fine within 15 s, and the history knows when each of it began and was over', async () => {
    expect(played).toHaveLength(4);
    await plane.exchangeServingCertificate();
    const healedAt = Date.now();
    seenAfter('healed', await wall.sees('all is fine again', fine, recoveryBar), recoveryBar);
    for (const { id, since } of played) {
      const ended = async () => (await episodesOf(wall, id)).every(({ endedAt }) => endedAt !== null);
      await until(`${id} has an end`, ended, { withinMs: 5_000 });
      const [newest, ...others] = await episodesOf(wall, id);
      expect([newest, ...others].map((each) => each?.since)).toContain(since);
      expect(newest!.endedAt).toBeGreaterThan(since);
      expect(newest!.endedAt).toBeLessThan(healedAt + recoveryBar);
    }
  });
});
