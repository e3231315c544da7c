// Is sent a file, reads it in slices, and posts { listing }, then { sha256 }, or { unread }. It judges nothing.
'use strict';

const sliceSize = 4 << 20; // a multiple of the hash's 64-byte block
const directoryLimit = 96 << 20;

onmessage = async ({ data: file }) => {
	try {
		postMessage({ listing: await list(file) });
		postMessage({ sha256: await hash(file) });
	} catch {
		postMessage({ unread: true });
	}
};

const read = async (file, from, to) => new DataView(await file.slice(from, to).arrayBuffer());
const big = (view, at) => Number(view.getBigUint64(at, true));

// list returns { zip, cut }, or { zip, entries } and, of a directory that can be read, { unpacked, files }.
async function list(file) {
	const zip = file.size >= 22 && (await read(file, 0, 2)).getUint16(0) === 0x504b; // PK
	const end = zip && await findEnd(file);
	if (!end) return { zip, cut: true };
	const readable = end.size <= directoryLimit && end.offset + end.size <= file.size;
	return { zip, entries: end.entries, ...readable && parse(await read(file, end.offset, end.offset + end.size)) };
}

// The end record must reach exactly to the end of the file.
async function findEnd(file) {
	const start = Math.max(0, file.size - 22 - 65535);
	const v = await read(file, start, file.size);
	for (let i = v.byteLength - 22; i >= 0; i--) {
		if (v.getUint32(i, true) !== 0x06054b50 || i + 22 + v.getUint16(i + 20, true) !== v.byteLength) continue;
		return await findEnd64(file, start + i) ||
			{ entries: v.getUint16(i + 10, true), size: v.getUint32(i + 12, true), offset: v.getUint32(i + 16, true) };
	}
}

async function findEnd64(file, at) {
	const locator = at >= 76 && await read(file, at - 20, at);
	if (!locator || locator.getUint32(0, true) !== 0x07064b50 || big(locator, 8) + 76 > at) return null;
	const v = await read(file, big(locator, 8), at);
	return v.getUint32(0, true) === 0x06064b50 ? { entries: big(v, 32), size: big(v, 40), offset: big(v, 48) } : null;
}

function parse(v) {
	const text = new TextDecoder('utf-8', { fatal: true });
	const found = { entries: 0, unpacked: 0, files: [] };
	for (let at = 0; at < v.byteLength; found.entries++) {
		if (at + 46 > v.byteLength || v.getUint32(at, true) !== 0x02014b50) return null;
		const nameEnd = at + 46 + v.getUint16(at + 28, true);
		const extraEnd = nameEnd + v.getUint16(at + 30, true);
		if (extraEnd > v.byteLength) return null;
		const size = v.getUint32(at + 24, true);
		found.unpacked += size === 0xffffffff ? size64(v, nameEnd, extraEnd) : size;
		try {
			const name = text.decode(new Uint8Array(v.buffer, at + 46, nameEnd - at - 46));
			if (!name.endsWith('/')) found.files.push(name);
		} catch { /* not UTF-8: the server names the entry and the cure */ }
		at = extraEnd + v.getUint16(at + 32, true);
	}
	return found;
}

function size64(v, at, end) {
	for (; at + 12 <= end; at += 4 + v.getUint16(at + 2, true)) {
		if (v.getUint16(at, true) === 1) return big(v, at + 4);
	}
	return 0;
}

// The browser's own sha-256 needs the whole file in memory, and is missing on plain http.
async function hash(file) {
	const state = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
	let tail = [];
	let coming = read(file, 0, sliceSize);
	for (let at = 0; at < file.size; at += sliceSize) {
		const v = await coming;
		coming = read(file, at + sliceSize, at + 2 * sliceSize);
		const whole = v.byteLength - v.byteLength % 64;
		blocks(state, v, whole);
		tail = new Uint8Array(v.buffer, whole);
	}
	const last = new DataView(new ArrayBuffer(tail.length < 56 ? 64 : 128));
	new Uint8Array(last.buffer).set(tail);
	last.setUint8(tail.length, 0x80);
	last.setBigUint64(last.byteLength - 8, BigInt(file.size) * 8n);
	blocks(state, last, last.byteLength);
	return [...state].map((n) => (n >>> 0).toString(16).padStart(8, '0')).join('');
}

// 32 bits behind the point of the cube roots of the first 64 primes.
const primes = [];
for (let i = 2; primes.length < 64; i++) if (primes.every((p) => i % p)) primes.push(i);
const K = Int32Array.from(primes, (p) => Math.cbrt(p) % 1 * 4294967296);
const W = new Int32Array(64);

const turn = (x, n) => x >>> n | x << 32 - n;

// Sums are cut to 32 bits at once: whole numbers are a third faster.
function blocks(state, view, length) {
	const k = K, w = W;
	for (let at = 0; at < length; at += 64) {
		for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
		for (let i = 16; i < 64; i++) {
			const x = w[i - 15], y = w[i - 2];
			w[i] = ((w[i - 16] + w[i - 7] | 0) + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) | 0) +
				(turn(y, 17) ^ turn(y, 19) ^ (y >>> 10)) | 0;
		}
		let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
		for (let i = 0; i < 64; i++) {
			const t = (((h + k[i] | 0) + w[i] | 0) + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) | 0) + (g ^ e & (f ^ g)) | 0;
			const u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ c & (a ^ b)) | 0;
			h = g; g = f; f = e; e = d + t | 0;
			d = c; c = b; b = a; a = t + u | 0;
		}
		state[0] += a; state[1] += b; state[2] += c; state[3] += d;
		state[4] += e; state[5] += f; state[6] += g; state[7] += h;
	}
}
