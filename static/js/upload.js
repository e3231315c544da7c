// Sends the new version form by XMLHttpRequest: fetch cannot tell how far an upload is.
'use strict';

addEventListener('beforeunload', (e) => $('[data-progress]:not([hidden])') && e.preventDefault());

// The file goes last, so that the server can refuse wrong settings before it reads it.
function send(form) {
	const request = new XMLHttpRequest();
	request.open('POST', form.getAttribute('action')); // form.action would be the button of that name
	request.setRequestHeader('HX-Request', 'true');
	request.responseType = 'document';
	const data = new FormData(form);
	const file = data.get('package');
	data.delete('package');
	const box = file?.name && $('[data-progress]', form);
	if (box) {
		data.append('package', file);
		watch(box, request);
	}
	request.onloadend = () => {
		setBusy(form, false);
		if (box) box.hidden = true;
		answered(form, request);
	};
	request.send(data);
}

function watch(box, request) {
	const [bar, text, cancel] = $$('progress, [data-progress-text], [data-upload-cancel]', box);
	const began = Date.now();
	let quarter = 0;
	request.upload.onprogress = ({ loaded, total }) => {
		const percent = bar.value = Math.floor(loaded / total * 100);
		text.textContent = `${sizeText(loaded)} of ${sizeText(total)}, ${percent} %, ${sizeText(loaded / (Date.now() - began + 1) * 1000)}/s`;
		if (percent >= quarter + 25) announce(`${quarter = percent - percent % 25} % sent`);
	};
	request.upload.onload = () => {
		request.sent = cancel.hidden = true;
		text.textContent += '. Sent; the server is checking it.';
	};
	cancel.onclick = () => {
		request.cancelled = true;
		request.abort();
	};
	cancel.hidden = box.hidden = false;
}

function answered(form, request) {
	const { status, response: page } = request;
	const part = (id) => page?.getElementById(id);
	if (status === 200 && part('operation')) showCard(part('operation'), request.getResponseHeader('HX-Push-Url'));
	else if (part('version-form')) showAnswer(form, page);
	else if (part('problems')?.textContent.trim()) takeProblems(part('problems'));
	else {
		const [title, text] = refusal(request, page);
		showSummary([{ text }], title);
	}
}

function refusal({ status, sent, cancelled }, page) {
	if (status) return [page && $('h1', page)?.textContent || 'Not created', `Status ${status}.`];
	if (cancelled) return ['Upload cancelled', 'Nothing was created.'];
	return sent ? ['No answer', 'Send the form again: nothing is created twice.']
		: ['Not sent', 'The connection broke, or the file changed meanwhile. Send the form again.'];
}

function showCard(card, url) {
	$('#version-new').replaceChildren(card);
	history.replaceState({ htmx: true }, '');
	history.pushState({ htmx: true }, '', url);
	card.focus();
	htmx.process(card);
}

// showAnswer takes the server's fields; of package and environment, which no server can give back, the sentence only.
function showAnswer(form, page) {
	for (const field of $$('[data-field]', form)) {
		const answer = $(`[data-field="${field.dataset.field}"]`, page);
		if (!answer) continue;
		if (!$('[data-package], [data-env]', field)) {
			field.replaceWith(answer);
			htmx.process(answer);
			continue;
		}
		const { textContent: text } = $('.problem', answer);
		showProblems(field, text ? [{ control: controlsIn(field)[0], text }] : []);
	}
	takeProblems($('#problems', page));
}

function takeProblems(box) {
	$('#problems').replaceWith(box);
	box.hidden = false;
	box.focus();
}
