import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { KindRow } from './kind-row.ts';

/** All kubelets together, as rights and the manifests know them. */
export type KubeletRow = Pick<KindRow, 'source' | 'required' | 'rule' | 'buys'>;

/** Something that kubelets are asked for, each by a feed of its own: `kubelet/nuc0`. */
export interface KubeletQuestion<K extends FactKind> {
  /** Asked directly. Its source is what those of the nodes begin with. */
  row: KubeletRow;
  /** Asked through the API server. In no manifest of ours: this right also permits to run commands in any pod. */
  proxyRow: KubeletRow;
  kind: K;
  path: string;
  /** The media type that is asked for. */
  accept: string;
  /** What is asked for, in words: "figures". */
  words: string;
  /** Whether the kubelet of this node is asked at all. */
  asks(node: NodeFact): boolean;
  /** Another text after all that makes it worth to ask again before its turn; always "" if nothing does. */
  startOf(node: NodeFact): string;
  /**
   * The fact in the body of an answer; null if it tells nothing, as one that has only just started may. A text says what is
   * wrong with it in words that follow "the kubelet of nuc0". Rejects if the body breaks off.
   */
  read(body: AsyncIterable<Uint8Array>, asked: KubeletReading<K>): Promise<FactTypes[K] | null | string>;
}

/** Of what an answer is read. */
export interface KubeletReading<K extends FactKind> {
  node: string;
  source: string;
  /** Epoch ms. */
  askedAt: number;
  /** What was told last, null if nothing was. */
  before: FactTypes[K] | null;
  /** A longer body is not taken. */
  mostBytes: number;
}

/** The source of a node's answers: `kubelet/nuc0`. */
export function sourceOfNode({ row }: { row: KubeletRow }, node: string): string {
  return `${row.source}/${node}`;
}
