// Sends the new version form by XMLHttpRequest, since fetch cannot tell how far an upload is. Without this file the
// browser sends the same form by itself.
'use strict';

addEventListener('beforeunload', (e) => $('[data-progress]:not([hidden])') && e.preventDefault());

// send is called by form.js with a form that has been found right. The file goes last, so that the server can refuse
// wrong settings before it reads it.
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

// watch draws bytes, percent and speed, and says quarters aloud.
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
	request.onabort = () => { request.cancelled = true; };
	cancel.onclick = () => request.abort();
	cancel.hidden = box.hidden = false;
}

function answered(form, request) {
	const { status, response: page } = request;
	const part = (id) => page?.getElementById(id);
	const header = (name) => status && request.getResponseHeader(name);
	if (header('HX-Redirect')) location.assign(header('HX-Redirect'));
	else if (status >= 200 && status < 300 && part('operation')) showCard(part('operation'), header('HX-Push-Url'));
	else if (status === 422 && part('version-form')) showAnswer(form, page);
	else if (part('problems')?.textContent.trim()) takeProblems(part('problems'));
	else showSummary([{ text: refusal(request, page) }]);
}

function refusal({ status, sent, cancelled }, page) {
	if (status) return `${page && $('h1', page)?.textContent.trim() || 'Verso refused the form'} (status ${status}).`;
	if (cancelled) return 'The upload was cancelled. Nothing was created.';
	return sent ? 'Verso did not answer. Send the form again: nothing is created twice.'
		: 'The form could not be sent: the connection broke, or the file changed meanwhile. Send it again.';
}

function showCard(card, url) {
	$('#version-new').replaceChildren(card);
	if (url) {
		history.replaceState({ htmx: true }, '');
		history.pushState({ htmx: true }, '', url);
	}
	card.focus();
	htmx.process(card);
}

// showAnswer takes the server's fields. Of the package and the environment it takes the sentence only: what was chosen
// and typed there, a server cannot give back.
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
		showProblems(field, text ? controlsIn(field).slice(0, 1).map((control) => ({ control, text })) : []);
		$('.problem', field).textContent = text;
	}
	takeProblems($('#problems', page));
}

function takeProblems(box) {
	$('#problems').replaceWith(box);
	box.hidden = false;
	box.focus();
}
