// The chosen package, looked into by package-worker.js before a byte is sent; the server judges again.
'use strict';

// chosen is what is known of the file: { file, form, listing, sha256, unread }; ready settles when listing or unread is.
let chosen;

function choose(input) {
	chosen?.worker?.terminate();
	chosen = undefined;
	const { files: [file], form } = input;
	if (!file) return $('[data-package-report]', form).replaceChildren();
	const pick = chosen = { file, form };
	pick.ready = new Promise((listed) => {
		const know = (facts) => {
			Object.assign(pick, facts);
			listed();
			if (pick === chosen) showPackage();
		};
		pick.worker = new Worker(form.dataset.worker);
		pick.worker.onerror = () => know({ unread: true });
		pick.worker.onmessage = ({ data }) => know(data);
		pick.worker.postMessage(file);
	});
	showPackage();
}

// entry returns the files of which the entrypoint needs one (faas.EntryRule), which is there, and one in a top folder.
function entry({ form, listing }) {
	const { suffixes, files, whole } = form.elements.runtime.selectedOptions[0].dataset;
	const name = form.elements.entrypoint.value.trim();
	const stem = name.replace(/(.)\.[^.]*$/s, '$1');
	const wanted = files?.split(' ') || name && (whole === '' ? [name] : suffixes?.split(' ').map((s) => stem + s)) || [];
	return listing?.files && wanted.length && {
		wanted: wanted.join(' or '),
		found: wanted.find((w) => listing.files.includes(w)),
		inside: listing.files.find((f) => wanted.includes(f.slice(f.indexOf('/') + 1))),
	};
}

function showPackage() {
	const { file, form, listing, sha256, unread } = chosen;
	const needs = entry(chosen);
	const facts = {
		File: `${file.name}, ${sizeText(file.size)}`,
		Entries: listing?.files && `${listing.entries}, ${sizeText(listing.unpacked)} unpacked`,
		Entrypoint: needs && (needs.found ? `${needs.found} found` : `${needs.wanted} is missing`),
		'sha-256': sha256 || (unread ? 'the server will compute it' : 'computing…'),
	};
	const list = Object.entries(facts).flatMap(([name, value]) => value ? [element('dt', {}, name), element('dd', {}, value)] : []);
	$('[data-package-report]', form).replaceChildren(element('dl', { class: 'facts' }, ...list));
	for (const c of [form.elements.package, form.elements.entrypoint]) if (c.value) recheck(fieldOf(c));
	compareHash();
}

function packageSentence({ file, form, listing: { zip = true, cut, entries, unpacked } = {} }) {
	const { uploadLimit, entriesLimit, unpackedLimit } = form.dataset;
	const over = (has, limit) => `The package has ${has}; ${limit} are allowed.`;
	if (file.size > uploadLimit) return over(sizeText(file.size), sizeText(uploadLimit)) + ' Make it smaller, or take it from a bucket.';
	if (!zip) return `${file.name} is not a zip file. Choose a zip with the function's files at its top.`;
	if (cut) return 'The zip is cut off or damaged. Make it again and upload it again.';
	if (entries === 0) return "The zip is empty. Put the function's files into it.";
	if (entries > entriesLimit) return over(entries + ' entries', entriesLimit);
	return unpacked > unpackedLimit && over(sizeText(unpacked) + ' unpacked', sizeText(unpackedLimit));
}

function findings() {
	if (!chosen) return [];
	const { package: control, entrypoint, runtime } = chosen.form.elements;
	const text = packageSentence(chosen);
	if (text) return [{ control, text }];
	const needs = entry(chosen);
	if (!needs || needs.found) return [];
	const [, folder, name] = needs.inside?.match(/(.*?\/)(.*)/) || [];
	return [{
		control: entrypoint,
		text: folder ? `${name} lies in ${folder}; files must lie at the top of the zip.` : `The package has no file ${needs.wanted}, which the entrypoint ${entrypoint.value} of ${runtime.value} needs. Correct the entrypoint or the package.`,
	}];
}

on('change', ({ target }) => {
	if (target.matches('[data-package]')) choose(target);
	else if (chosen && ['runtime', 'entrypoint'].includes(target.name)) showPackage();
});

// A file that misses the zone must not replace the page.
for (const event of ['dragover', 'dragleave', 'drop']) {
	on(event, (e) => {
		const zone = $('[data-drop]');
		const [file] = e.dataTransfer.files;
		if (!zone || !e.dataTransfer.types.includes('Files')) return;
		e.preventDefault();
		const over = zone.contains(e.target);
		zone.classList.toggle('is-over', over && event === 'dragover');
		if (!over || !file) return;
		const one = new DataTransfer();
		one.items.add(file);
		const input = $('input', zone);
		input.files = one.files;
		choose(input);
	});
}

function compareHash() {
	const line = $('#operation [data-sha256]');
	if (!line || !chosen?.sha256 || $('[data-match]')) return;
	const stored = line.dataset.sha256;
	const same = stored === chosen.sha256;
	line.after(element('p', { 'data-match': '', class: same ? 'hint' : 'problem' }, same
		? 'The sha-256 matches what this browser computed before sending.'
		: `The sha-256 differs: stored is ${stored}, sent was ${chosen.sha256}. Do not use this version; send the package again.`));
}

// A page that comes back may still hold a file.
enhance((root) => {
	if (!chosen) $$('[data-package]', root).forEach(choose);
	compareHash();
});
