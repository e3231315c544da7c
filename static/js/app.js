// For every page; each works without it. Forms add form.js, package.js, upload.js in this order; all share one scope.
'use strict';

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (event, fn) => document.addEventListener(event, fn);

function element(tag, attributes, ...children) {
	const e = document.createElement(tag);
	for (const name in attributes) e.setAttribute(name, attributes[name]);
	e.append(...children);
	return e;
}

// enhance runs fn(root) now and for every piece of page that arrives, perhaps twice.
const enhancers = [];
function enhance(fn) {
	enhancers.push(fn);
	fn(document);
}
on('htmx:after:process', ({ target }) => enhancers.forEach((fn) => fn(target.parentElement || document)));

const announcer = document.body.appendChild(element('p', { role: 'status', class: 'unseen' }));
const announce = (text) => { announcer.textContent = text; };

function sizeText(bytes) {
	const [n, unit] = bytes < 1024 ? [bytes, ' B'] : bytes < 1024000 ? [bytes / 1024, ' KiB'] : [bytes / 1048576, ' MiB'];
	return Number(n.toFixed(n < 100 ? 1 : 0)) + unit;
}

// Dialogs show the page behind a link.
async function openDialog(link) {
	let body;
	try {
		const answer = await fetch(link.href);
		if (answer.ok) body = $('[data-dialog-body]', new DOMParser().parseFromString(await answer.text(), 'text/html'));
	} catch { /* the page itself says what is wrong */ }
	if (!body) return location.assign(link.href);
	$('#dialog')?.remove();
	const dialog = element('dialog', { id: 'dialog', 'aria-label': $('h1', body).textContent }, body);
	document.body.append(dialog);
	for (const a of $$('a', body)) if (a.pathname === location.pathname) a.dataset.dialogClose = ''; // the way back is here
	dialog.showModal();
	enhancers.forEach((fn) => fn(dialog));
}

const modified = (e) => e.ctrlKey || e.metaKey || e.altKey;
on('click', (e) => {
	const at = (selector) => e.target.closest(selector);
	if (modified(e) || e.shiftKey) return;
	const dialog = at('dialog');
	if (at('a[data-dialog]')) openDialog(at('a[data-dialog]'));
	else if (at('[data-shortcuts]')) $('#shortcuts').showModal();
	else if (dialog && (at('[data-dialog-close]') || e.target === dialog)) dialog.close();
	else if (at('[data-copy]')) copyText(at('[data-copy]'));
	else return;
	e.preventDefault();
});

async function copyText(button) {
	const said = await navigator.clipboard.writeText(button.dataset.copy).then(() => 'Copied', () => 'Not copied');
	announce(button.textContent = said);
	setTimeout(() => { button.textContent = 'Copy'; }, 1500);
}

// What only scripts can serve is hidden without them; without https there may be no clipboard.
const show = (selector, root) => $$(selector, root).forEach((e) => { e.hidden = false; });
enhance((root) => show(navigator.clipboard ? '[data-copy], [data-shortcuts]' : '[data-shortcuts]', root));

function moveRow(step) {
	const rows = $$('[data-row]');
	const at = rows.findIndex((row) => row.contains(document.activeElement));
	const row = rows[at < 0 ? 0 : at + step];
	if (row) $('a', row).focus();
}

const shortcuts = {
	'/': () => $('[data-search]')?.select(),
	j: () => moveRow(1),
	k: () => moveRow(-1),
	n: () => $('[data-new]')?.click(),
	'?': () => $('#shortcuts').showModal(),
};
on('keydown', (e) => {
	const typing = e.target.closest('input:not([type=checkbox]), textarea, select');
	if (typing || modified(e) || $('dialog[open]') || !Object.hasOwn(shortcuts, e.key)) return;
	e.preventDefault();
	shortcuts[e.key]();
});

// Polling rests while nobody looks.
const polled = (e) => e.detail?.ctx?.sourceElement?.closest?.('[data-poll]');
on('htmx:before:request', (e) => document.hidden && polled(e) && e.preventDefault());
on('visibilitychange', () => document.hidden || $$('[data-poll]').forEach((p) => htmx.trigger(p, 'every', {}, false)));

// A failing poll leaves the last known state and says since when.
function away(card) {
	if (!card || $('[data-away]', card)) return;
	const time = new Date().toISOString().slice(11, 19);
	card.append(element('p', { class: 'problem', 'data-away': '' }, `Verso has not answered since ${time} UTC. This is the last known state.`));
	$$('button', card).forEach((b) => { b.disabled = true; });
}
on('htmx:before:response', (e) => {
	if (!polled(e) || e.detail.ctx.response.status < 500) return;
	e.preventDefault();
	away(polled(e));
});
on('htmx:error', (e) => away(polled(e)));

// Lists answer htmx with a fragment, so going back must load the page itself.
on('htmx:before:history:restore', (e) => {
	e.preventDefault();
	location.reload();
});
