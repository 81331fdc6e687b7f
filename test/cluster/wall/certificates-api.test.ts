import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { createCertificateAuthority } from '../certificates.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { AUTHORITY_NAME } from '../plane-files.ts';
import { until } from '../until.ts';
import { episodesOf, findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const day = 86_400_000;
// The API server is looked at every 10 s: what a handshake could see is said 10 s later at the latest.
const seenBar = 20_000;
const recoveryBar = 15_000;

let plane: ControlPlane;
let wall: WallProcess;

const fine = (board: Board) =>
  (['control-plane', 'certificates', 'nodes'] as const).every((area) => tileOf(board, area).level === 'ok');
const ofApi = (board: Board, check: string) =>
  findingsOf(board, check).find(({ subject }) => subject.kind === 'Endpoint');

/** Waits for a finding about the API server's certificate and returns it. */
async function said(what: string, find: (board: Board) => Finding | undefined): Promise<Finding> {
  seenAfter(what, await wall.sees(what, (board) => find(board) !== undefined, seenBar), seenBar);
  return find(await wall.board())!;
}

/** Ends the outage with a good certificate; the history then has the finding's begin and end. */
async function heals({ id, since }: Finding): Promise<void> {
  await plane.exchangeServingCertificate();
  const healedAt = Date.now();
  seenAfter('healed', await wall.sees('all is fine again', fine, recoveryBar), recoveryBar);
  const over = await until('its episode has an end', async () => {
    const [newest] = await episodesOf(wall, id);
    return newest !== undefined && newest.endedAt !== null && newest;
  });
  expect(over.since).toBe(since);
  expect(over.endedAt).toBeGreaterThan(healedAt - 2_000);
  expect(over.endedAt).toBeLessThan(healedAt + recoveryBar);
}

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 1 });
  wall = await startWall(plane.kubeconfig());
});
beforeEach(async () => {
  await wall.sees('all is fine before it begins', fine, 30_000);
});
afterAll(async () => {
  await wall?.stop();
  await plane?.stop();
});

describe("the API server's own certificate, exchanged on disk under open connections", () => {
  test('for one with 5 days of its year left: bad, with the days, although everybody still gets in', async () => {
    const notAfter = new Date(Date.now() + 5 * day + 60_000);
    await plane.exchangeServingCertificate({ notBefore: new Date(Date.now() - 360 * day), notAfter });
    const finding = await said('5 days left', (board) => ofApi(board, 'certificates/expiring'));
    expect(finding).toMatchObject({ id: 'certificates/expiring|Endpoint/api', level: 'bad', cause: null });
    expect(finding.sentence).toMatch(/5 days/);
    expect(finding.steps.length).toBeGreaterThan(0);
    const board = await wall.board();
    expect(tileOf(board, 'certificates')).toMatchObject({ level: 'bad', figure: { value: '5' } });
    expect(findingsOf(board, 'control-plane/api-answers'), 'it answers').toEqual([]);
    await heals(finding);
  });

  test('for one that has expired: the certificate is the cause, the refusal its effect', async () => {
    const [notBefore, notAfter] = [new Date(Date.now() - 366 * day), new Date(Date.now() - day)];
    await plane.exchangeServingCertificate({ notBefore, notAfter });
    const finding = await said('expired', (board) => ofApi(board, 'certificates/expired'));
    expect(finding).toMatchObject({ id: 'certificates/expired|Endpoint/api', level: 'bad', cause: null });
    expect(finding.sentence).toMatch(/expired/);
    await wall.sees(
      'new connections are refused because of it',
      (board) => ofApi(board, 'control-plane/api-answers')?.cause === finding.id,
      seenBar,
    );
    expect((await wall.board()).headline.finding).toBe(finding.id);
    // Since it ended, not since we saw it.
    expect(Math.abs(finding.since - notAfter.getTime())).toBeLessThan(1_000);
    await heals(finding);
  });

  test('for one of another authority: not trusted, and who signed it is named', async () => {
    const authority = await createCertificateAuthority('some-other-ca');
    await plane.exchangeServingCertificate({ authority });
    const finding = await said('not trusted', (board) => ofApi(board, 'control-plane/api-answers'));
    expect(finding.level).toBe('bad');
    expect(finding.sentence).toMatch(/not trusted|untrusted/);
    expect(JSON.stringify([finding.sentence, finding.evidence])).toContain('some-other-ca');
    expect(finding.sentence).not.toMatch(/new authority/);
    await heals(finding);
  });

  test('for one of a new authority of the same name: the kubeconfig is old, and is said to be', async () => {
    const authority = await createCertificateAuthority(AUTHORITY_NAME);
    await plane.exchangeServingCertificate({ authority });
    const finding = await said('a new authority', (board) =>
      board.findings.find(({ sentence }) => /new authority/.test(sentence)),
    );
    expect(finding.level).toBe('bad');
    expect(finding.sentence).toMatch(/kubeconfig/);
    expect(finding.steps.length).toBeGreaterThan(0);
    await heals(finding);
  });
});
