// A text as a QR code (ISO/IEC 18004): bytes, error correction L, the smallest version that holds it.

const CHECKS = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26]; // per block
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12];
const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2, (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/** Rows of modules, true for dark; nothing when the text is too long for a code that a phone reads from a phone. */
export function qr(text) {
  const bytes = new TextEncoder().encode(text);
  for (let version = 1; version <= CHECKS.length; version++) {
    const grid = patterns(version);
    const places = path(grid);
    const words = Math.floor(places.length / 8);
    const data = words - CHECKS[version - 1] * BLOCKS[version - 1];
    const counted = version < 10 ? 1 : 2; // bytes of the length
    if (bytes.length + counted + 1 > data) continue;
    const all = woven(filled(bytes, counted, data), version, words);
    return best(grid, places, all, version);
  }
  return null;
}

/** The code as a picture, with the quiet zone around it. */
export function picture(rows) {
  const side = rows.length + 8;
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x + 4} ${y + 4}h1v1h-1z`] : []))).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">`
    + `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${dark}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** The grid with what every code of a version has; undefined where data go, null where the format goes. */
function patterns(version) {
  const side = 4 * version + 17;
  const grid = Array.from({ length: side }, () => Array(side).fill(undefined));
  const square = (cx, cy, radius, dark) => {
    for (let y = cy - radius; y <= cy + radius; y++) for (let x = cx - radius; x <= cx + radius; x++) {
      if (y in grid && x in grid[y]) grid[y][x] = dark(Math.max(Math.abs(x - cx), Math.abs(y - cy)));
    }
  };
  for (const [x, y] of [[3, 3], [side - 4, 3], [3, side - 4]]) square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const at = centres(version);
  for (const x of at) for (const y of at) if (grid[y][x] === undefined) square(x, y, 2, (ring) => ring !== 1);
  for (let i = 8; i < side - 8; i++) grid[6][i] ??= grid[i][6] ??= i % 2 === 0;
  for (const [x, y] of formatPlaces(side).flat()) grid[y][x] = null;
  grid[side - 8][8] = true;
  if (version >= 7) {
    const bits = withRest(version, 12, 0x1f25);
    for (let i = 0; i < 18; i++) {
      const [far, near] = [side - 11 + (i % 3), Math.floor(i / 3)];
      grid[near][far] = grid[far][near] = ((bits >> i) & 1) === 1;
    }
  }
  return grid;
}

/** Centres of the small squares, along either side. */
function centres(version) {
  if (version === 1) return [];
  const [count, last] = [Math.floor(version / 7) + 2, 4 * version + 10];
  const step = 2 * Math.ceil((last - 6) / (count - 1) / 2);
  return [6, ...Array.from({ length: count - 1 }, (_, i) => last - (count - 2 - i) * step)];
}

/** Where the fifteen bits of the format stand, the lowest first: around one corner, and split over the two others. */
function formatPlaces(side) {
  const corner = [0, 1, 2, 3, 4, 5, 7, 8].map((y) => [8, y]).concat([7, 5, 4, 3, 2, 1, 0].map((x) => [x, 8]));
  const split = Array.from({ length: 15 }, (_, i) => (i < 8 ? [side - 1 - i, 8] : [8, side - 15 + i]));
  return [corner, split];
}

/** A number followed by the rest of its division: what corrects errors in format and version. */
function withRest(value, bits, by) {
  let rest = value << bits;
  for (let i = 31 - Math.clz32(rest); i >= bits; i = rest ? 31 - Math.clz32(rest) : -1) rest ^= by << (i - bits);
  return (value << bits) | rest;
}

/** Places of the data: two columns at a time from the right, up and down in turn. */
function path(grid) {
  const places = [];
  const side = grid.length;
  let up = true;
  for (let right = side - 1; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < side; i++) {
      const y = up ? side - 1 - i : i;
      for (const x of [right, right - 1]) if (grid[y][x] === undefined) places.push([x, y]);
    }
  }
  return places;
}

/** Mode, length, bytes, end, and filling. */
function filled(bytes, counted, data) {
  const half = [4, ...(counted === 2 ? [bytes.length >> 12, (bytes.length >> 8) & 15] : []), (bytes.length >> 4) & 15, bytes.length & 15];
  for (const byte of bytes) half.push(byte >> 4, byte & 15);
  half.push(0);
  const words = [];
  for (let i = 0; i < half.length; i += 2) words.push((half[i] << 4) | (half[i + 1] ?? 0));
  for (let i = 0; words.length < data; i++) words.push(i % 2 ? 17 : 236);
  return words;
}

/** Blocks, each with its checks, word by word in turn; the later blocks are one word longer. */
function woven(words, version, total) {
  const [count, checks] = [BLOCKS[version - 1], CHECKS[version - 1]];
  const short = Math.floor(total / count) - checks;
  const longer = total % count;
  const blocks = [];
  for (let i = 0, at = 0; i < count; i++) {
    const length = short + (i >= count - longer ? 1 : 0);
    blocks.push(words.slice(at, at + length));
    at += length;
  }
  const ends = blocks.map((block) => remainder(block, checks));
  const inTurn = (all, length) => Array.from({ length }, (_, i) => all.map((one) => one[i])).flat();
  return [...inTurn(blocks, short + 1).filter((word) => word !== undefined), ...inTurn(ends, checks)];
}

/** Product in the field of 256 with the polynomial 285. */
function times(a, b) {
  let product = 0;
  for (let i = 7; i >= 0; i--) product = (product << 1) ^ ((product >> 7) * 285) ^ (((b >> i) & 1) * a);
  return product;
}

/** The checks of a block: the rest of its division by (x - 1)(x - 2)(x - 4) … */
function remainder(block, checks) {
  const divisor = Array(checks).fill(0);
  divisor[checks - 1] = 1;
  for (let i = 0, root = 1; i < checks; i++, root = times(root, 2)) {
    for (let j = 0; j < checks; j++) divisor[j] = times(divisor[j], root) ^ (divisor[j + 1] ?? 0);
  }
  const rest = Array(checks).fill(0);
  for (const word of block) {
    const factor = word ^ rest.shift();
    rest.push(0);
    divisor.forEach((of, i) => (rest[i] ^= times(of, factor)));
  }
  return rest;
}

/** The code under the mask with the fewest runs and squares of one colour. */
function best(grid, places, words, version) {
  const codes = MASKS.map((mask, number) => {
    const rows = grid.map((row) => [...row]);
    places.forEach(([x, y], i) => {
      const bit = (words[i >> 3] >> (7 - (i & 7))) & 1;
      rows[y][x] = (bit ^ (mask(x, y) === 0 ? 1 : 0)) === 1;
    });
    const format = withRest(8 | number, 10, 0x537) ^ 0x5412;
    for (const of of formatPlaces(rows.length)) of.forEach(([x, y], i) => (rows[y][x] = ((format >> i) & 1) === 1));
    rows[4 * version + 9][8] = true;
    return rows;
  });
  return codes.reduce((a, b) => (disorder(a) <= disorder(b) ? a : b));
}

function disorder(rows) {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) for (let j = 2; j < rows.length; j++) {
    if (rows[i][j] === rows[i][j - 1] && rows[i][j] === rows[i][j - 2]) sum++;
    if (rows[j][i] === rows[j - 1][i] && rows[j][i] === rows[j - 2][i]) sum++;
    if (i && rows[i][j] === rows[i][j - 1] && rows[i - 1][j] === rows[i][j] && rows[i - 1][j - 1] === rows[i][j]) sum++;
  }
  return sum;
}
