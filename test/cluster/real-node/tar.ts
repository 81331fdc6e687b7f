/** A file, folder or link of an archive. Paths have no leading slash and at most 100 characters. */
export type TarEntry =
  | { path: string; content: Buffer; mode?: number }
  | { path: string; folder: true; mode?: number }
  | { path: string; linkTo: string };

const BLOCK_BYTES = 512;

/** A tar archive (ustar), the same bytes for the same entries: owner root, no times. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = 'content' in entry ? entry.content : Buffer.alloc(0);
    const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
    return [header(entry, content.length), content, padding];
  });
  // Two empty blocks are the end.
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(entry: TarEntry, size: number): Buffer {
  if (entry.path.length > 100) throw new Error(`${entry.path} is too long for a tar header`);
  const block = Buffer.alloc(BLOCK_BYTES);
  const number = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  block.write(entry.path, 0, 'latin1');
  number('mode' in entry && entry.mode !== undefined ? entry.mode : 0o755, 100, 8);
  number(0, 108, 8); // user
  number(0, 116, 8); // group
  number(size, 124, 12);
  number(0, 136, 12); // time
  block.write('        ', 148, 'latin1'); // the checksum counts as spaces while it is summed up
  block.write(typeFlag(entry), 156, 'latin1');
  if ('linkTo' in entry) block.write(entry.linkTo, 157, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function typeFlag(entry: TarEntry): string {
  if ('linkTo' in entry) return '2';
  return 'folder' in entry ? '5' : '0';
}
