import type { PodFact } from '#server/facts/pod.ts';
import type { Moment } from '#shared/history.ts';
import { cutText } from './bounded.ts';
import { imageWords, type Images } from './image-words.ts';

const mostContainers = 8;
const mostPods = 20;

/** What is remembered of a workload, as it was told last. */
export interface WorkloadRecord {
  /** How many pods it should have, where its controller says so. */
  wanted?: number;
  images?: Images;
  /** What its pods ran before, as long as some still do. */
  imagesBefore?: Images;
  /** The node each of its pods runs on, where it matters: by pod for a StatefulSet, by "" for the one pod of a Deployment. */
  nodes?: Readonly<Record<string, string>>;
}

/** A workload, and what there is of it now. */
export interface WorkloadNow {
  kind: string;
  name: string;
  /** Null where its controller is not seen. */
  wanted: number | null;
  /** Its pods that run or are to run. */
  pods: readonly PodFact[];
}

/** What has become of a workload since `before`: its moments, and what to remember; what was never seen before tells nothing. */
export function followWorkload(
  before: WorkloadRecord | undefined,
  now: WorkloadNow,
  at: number,
): { record: WorkloadRecord; moments: Moment[] } {
  const moments: Moment[] = [];
  const tell = (kind: Moment['kind'], text: string) => moments.push({ at, kind, text: cutText(text, 200) });
  const { name, wanted } = now;
  const old = before?.wanted;
  if (old !== undefined && wanted !== null && old !== wanted) tell('scale', `${name} scaled ${old} → ${wanted}`);
  const running = followImages(before, now.pods);
  if (running.words !== '') tell('image', `${name} image ${running.words}`);
  const nodes = placesOf(now, before?.nodes);
  for (const [pod, node] of Object.entries(nodes)) {
    const from = before?.nodes?.[pod];
    if (from !== undefined && from !== node) tell('moved', `${wordFor(now, pod)} moved ${from} → ${node}`);
  }
  const known = wanted ?? old;
  const record = {
    ...(known === undefined ? {} : { wanted: known }),
    ...running.record,
    ...(Object.keys(nodes).length === 0 ? {} : { nodes }),
  };
  return { record, moments };
}

function wordFor({ kind, name, wanted }: WorkloadNow, pod: string): string {
  return kind === 'StatefulSet' && wanted !== 1 ? pod : name;
}

type Running = Pick<WorkloadRecord, 'images' | 'imagesBefore'>;

/**
 * What runs is what the newest pod runs. During a roll-out pods of both sorts are there, and old ones may be made anew: what
 * runs again was told to be replaced only counts as a way back once nothing newer runs.
 */
function followImages(
  before: WorkloadRecord | undefined,
  pods: readonly PodFact[],
): { record: Running; words: string } {
  const { images: known, imagesBefore } = before ?? {};
  const newest = newestOf(pods);
  if (newest === undefined) return { record: running(known, imagesBefore), words: '' };
  const replaced = imagesBefore !== undefined && pods.some((pod) => runs(pod, imagesBefore)) ? imagesBefore : undefined;
  if (known === undefined) return { record: { images: imagesOf(newest) }, words: '' };
  if (runs(newest, known)) return { record: running(known, replaced), words: '' };
  const stillRuns = pods.some((pod) => runs(pod, known));
  if (stillRuns && replaced !== undefined && runs(newest, replaced))
    return { record: running(known, replaced), words: '' };
  const images = imagesOf(newest);
  return { record: running(images, stillRuns ? known : undefined), words: imageWords(known, images) };
}

function running(images: Images | undefined, imagesBefore: Images | undefined): Running {
  return { ...(images === undefined ? {} : { images }), ...(imagesBefore === undefined ? {} : { imagesBefore }) };
}

function newestOf(pods: readonly PodFact[]): PodFact | undefined {
  return pods.reduce<PodFact | undefined>((newest, pod) => {
    return newest === undefined || (pod.createdAt ?? 0) > (newest.createdAt ?? 0) ? pod : newest;
  }, undefined);
}

function imagesOf({ containers }: PodFact): Images {
  return Object.fromEntries(containers.slice(0, mostContainers).map(({ name, image }) => [name, image]));
}

function runs({ containers }: PodFact, images: Images): boolean {
  const count = Math.min(containers.length, mostContainers);
  for (let i = 0; i < count; i += 1) {
    const container = containers[i];
    if (container !== undefined && images[container.name] !== container.image) return false;
  }
  return count === Object.keys(images).length;
}

/** Only pods that are ready have moved: one that never starts elsewhere has taken nothing over. */
function placesOf({ kind, wanted, pods }: WorkloadNow, before: WorkloadRecord['nodes']): Record<string, string> {
  if (kind === 'StatefulSet') {
    const places = pods.filter(isPlaced).map(({ name, node }): [string, string] => [name, node ?? '']);
    // A pod that is made anew on another node is not there for a while; those that were scaled away are gone.
    const left = Object.entries(before ?? {}).filter(([pod]) => wanted === null || ordinalOf(pod) < wanted);
    return Object.fromEntries([...new Map([...left, ...places])].slice(0, mostPods));
  }
  if (kind !== 'Deployment' || wanted !== 1) return {};
  const newest = newestOf(pods.filter(isPlaced));
  const node = newest?.node ?? before?.[''];
  return node === undefined ? {} : { '': node };
}

function ordinalOf(pod: string): number {
  return Number(pod.slice(pod.lastIndexOf('-') + 1));
}

function isPlaced({ ready, node }: PodFact): boolean {
  return ready && node !== null;
}
