// Forms: checks by the server's limits and sentences, the environment, what differs from the base version.
'use strict';

const fieldOf = (control) => control.closest('[data-field]');
const controlsIn = (root) => $$('input, select, textarea', root).filter((c) => c.name && c.type !== 'hidden' && fieldOf(c));
const isChecked = (form) => form?.method === 'post' && $('[data-field]', form);

function sentenceOf(control) {
	const { validity: v, dataset: d, value } = control;
	const say = (text, wrong = value) => (text || 'This value is not allowed.').replace('%q', () => JSON.stringify(wrong));
	if (d.msgRange && !v.valid) return say(d.msgRange);
	if (control.required && !value.trim()) return say(d.msgRequired);
	if (!value && control.name === 'env_key' && inRow(control, 'env_value').value) return say(d.msgRequired || d.msgPattern);
	if (!value || control.type === 'file') return '';
	const length = [...value].length;
	if (length > d.max || length < control.minLength) return say(d.msgLength || d.msgPattern);
	if (v.patternMismatch) return say(d.msgPattern);
	const lines = d.pattern ? value.split('\n').map((l) => l.trim()).filter(Boolean) : []; // a textarea has no pattern of its own
	const wrong = lines.find((l) => !RegExp(`^(?:${d.pattern})$`, 'u').test(l));
	return wrong && say(d.msgPattern, wrong);
}

// problemsIn returns [{ control, text }].
function problemsIn(root) {
	const own = controlsIn(root).map((control) => ({ control, text: sentenceOf(control) })).filter((p) => p.text);
	return [...own, ...findings().filter((p) => root.contains(p.control) && !own.some((q) => q.control === p.control))];
}

function showProblems(field, problems) {
	for (const c of controlsIn(field)) c.ariaInvalid = problems.some((p) => p.control === c) || null;
	$('.problem', field).textContent = [...new Set(problems.map((p) => p.text))].join(' ');
	if (!$$('.problem').some((p) => p.textContent)) $$('#problems').forEach((box) => { box.hidden = true; });
}
const recheck = (field) => showProblems(field, problemsIn(field));

async function validate(form) {
	await chosen?.ready;
	const problems = problemsIn(form);
	$$('[data-field]', form).forEach(recheck);
	showSummary(problems);
	return problems.length === 0;
}

const items = (list) => element('ul', {}, ...list.map((parts) => element('li', {}, ...parts)));

function showSummary(problems, title) {
	const box = $('#problems');
	const n = problems.length;
	title ||= n === 1 ? 'One thing needs correcting' : `${n} things need correcting`;
	box.hidden = !n;
	box.replaceChildren(element('h2', {}, title), items(problems.map(({ control, text }, i) => {
		if (!control) return [text];
		control.id ||= 'wrong-' + i;
		return [element('a', { href: '#' + control.id }, text)];
	})));
	box.focus();
}

function setBusy(form, busy) {
	form.sending = busy;
	for (const b of $$('[data-submit]', form)) {
		b.idle ??= b.textContent;
		b.disabled = busy;
		b.textContent = busy && b.dataset.busy || b.idle;
	}
}

// Other buttons ask for more rows or a look at the object.
on('submit', async (e) => {
	const { target: form, submitter } = e;
	if (!isChecked(form) || submitter?.name === 'action' || submitter?.hasAttribute('formaction')) return;
	e.preventDefault();
	if (form.sending) return;
	form.sending = true;
	form.sending = await validate(form);
	if (!form.sending) return;
	setBusy(form, true);
	if ('versionForm' in form.dataset) send(form);
	else form.submit();
});
addEventListener('pageshow', (e) => e.persisted && [...document.forms].forEach((f) => setBusy(f, false)));

on('change', ({ target }) => isChecked(target.form) && fieldOf(target) && target.value && recheck(fieldOf(target)));
on('input', ({ target }) => {
	if (!isChecked(target.form) || !fieldOf(target)) return;
	if (target.ariaInvalid) recheck(fieldOf(target));
	const { etag } = target.form.elements;
	if (etag && ['bucket', 'object'].includes(target.name)) { // what Check object saw holds for that object only
		etag.value = '';
		$('#object-report').replaceChildren();
	}
	showReview(target.form);
});

// The environment. A kept (env_kept) or entered (env_draft) value stays, unseen, unless another is typed.
const inRow = (inside, name) => $(`[name=${name}]`, inside.closest('[data-env-row]'));

on('click', ({ target }) => {
	const button = target.closest('[data-env-add], [data-env-remove], [data-env-show]');
	if (!button) return;
	if ('envAdd' in button.dataset) return addRow(button.form);
	if ('envRemove' in button.dataset) return removeRow(button.form, button.closest('[data-env-row]'));
	const value = inRow(button, 'env_value');
	value.type = value.type === 'text' ? 'password' : 'text';
	button.setAttribute('aria-pressed', value.type === 'text');
});

function addRow(form) {
	const row = $('[data-env-row]', $('[data-env-template]', form).content).cloneNode(true);
	$('[data-env]', form).tBodies[0].append(row);
	enhanceRows(form);
	$('[name=env_key]', row).focus();
}

function removeRow(form, row) {
	const field = fieldOf(row);
	const next = row.nextElementSibling || row.previousElementSibling;
	row.remove();
	$(next ? '[name=env_key]' : '[data-env-add]', next || form).focus();
	recheck(field);
	showReview(form);
}

// maxlength would cut a pasted value without a word.
function enhanceRows(root) {
	show('[data-env-add], [data-env-remove], [data-env-show]', root);
	for (const c of $$('[data-field] [maxlength]', root)) {
		c.dataset.max = c.maxLength;
		c.removeAttribute('maxlength');
	}
}

function settingChanges(form) {
	const changes = [];
	for (const c of controlsIn(form).filter((c) => 'base' in c.dataset && !c.closest('[data-env]'))) {
		const words = (value) => [...c.options || []].find((o) => o.value === value)?.text || value.trim().replace(/\s*\n\s*/g, ', ') || 'none';
		const [was, is] = [words(c.dataset.base), words(c.value)];
		fieldOf(c).classList.toggle('is-changed', was !== is);
		if (was !== is) changes.push([c.labels[0].textContent + ': ', element('del', {}, was), ' → ', element('ins', {}, is)]);
	}
	return changes;
}

function environmentChanges(table) {
	const changes = [];
	const say = (name, what) => changes.push([`Environment: ${name} ${what}`]);
	const left = new Set(table.kept ??= $$('[name=env_kept]', table).map((k) => k.value).filter(Boolean));
	for (const key of $$('[name=env_key]', table).filter((k) => k.value)) {
		if (!left.delete(key.value)) say(key.value, 'added');
		else if (inRow(key, 'env_value').value + inRow(key, 'env_draft').value) say(key.value, 'changed');
	}
	left.forEach((name) => say(name, 'removed'));
	fieldOf(table).classList.toggle('is-changed', changes.length > 0);
	return changes;
}

function showReview(form) {
	const box = $('[data-review]', form);
	if (!box || !$('[data-base]', form)) return;
	const changes = [...settingChanges(form), ...environmentChanges($('[data-env]', form))];
	box.replaceChildren(changes.length ? items(changes) : element('p', {}, 'No setting differs from the base version.'));
}

enhance((root) => {
	enhanceRows(root);
	for (const form of [...document.forms].filter(isChecked)) {
		form.noValidate = true;
		$$('[name=action][value=rows]', form).forEach((b) => { b.hidden = true; });
		showReview(form);
	}
});
