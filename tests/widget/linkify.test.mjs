import assert from 'node:assert/strict';
import test from 'node:test';
import './sheets.mjs';

const { linkify } = await import('../../widget/src/view/linkify.js');

const links = (text) => linkify(text).filter((p) => p.href).map((p) => [p.text, p.href]);
const whole = (text) => linkify(text).map((p) => p.text).join('');

test('linkify: addresses in sentences', () => {
  for (const [text, expected] of [
    ['see https://a.example/x.', [['https://a.example/x', 'https://a.example/x']]],
    ['(https://a.example/x)', [['https://a.example/x', 'https://a.example/x']]],
    ['https://a.example/x_(y) z', [['https://a.example/x_(y)', 'https://a.example/x_(y)']]],
    ['HTTP://A.example', [['HTTP://A.example', 'http://a.example/']]],
    ['www.a.example/b, ok?', [['www.a.example/b', 'https://www.a.example/b']]],
    ['mail info@a.example!', [['info@a.example', 'mailto:info@a.example']]],
    ['mailto:info@a.example?subject=x', [['mailto:info@a.example?subject=x', 'mailto:info@a.example?subject=x']]],
    ['call tel:+49-30-123', [['tel:+49-30-123', 'tel:+49-30-123']]],
    ['https://a.example https://b.example', [['https://a.example', 'https://a.example/'], ['https://b.example', 'https://b.example/']]],
    ['https://a.example:8443/p?q=1#f', [['https://a.example:8443/p?q=1#f', 'https://a.example:8443/p?q=1#f']]],
    ['"https://a.example/"', [['https://a.example/', 'https://a.example/']]],
    ['no link at all', []],
    ['', []],
  ]) {
    assert.deepEqual(links(text), expected, text);
    assert.equal(whole(text), text);
  }
});

test('linkify: what is no link', () => {
  for (const text of [
    'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\u0000script:alert(1)', 'data:text/html,<script>alert(1)</script>', 'vbscript:x',
    'file:///etc/passwd', 'blob:https://a.example/1', 'about:blank', 'ftp://a.example', 'xhttps://a.example', 'view-source:https://a.example',
    'https://good.example@evil.example/', 'https://user:pass@evil.example/', 'https://', 'http://', 'http:///', 'https://[', 'https://%00/',
    'https://a b', 'mailto:', 'tel:', 'a@b', '@', 'a@.example', `https://${'a'.repeat(3000)}.example`, '<img src=x onerror=alert(1)>',
    '&lt;script&gt;', '{{7*7}}', 'https://a.example:99999/',
  ]) {
    const found = links(text).map(([, href]) => href);
    for (const href of found) assert.match(href, /^(https:\/\/a\/|https?:\/\/[\w.:/]*$)/, `${text} gave ${href}`);
    assert.ok(!found.some((href) => /script|data:|evil/.test(href)), text);
  }
});

test('linkify: V-108, bidi controls end a link; credentials and hidden hosts are shown or refused', () => {
  for (const control of ['\u202e', '\u202a', '\u2066', '\u2069', '\u200f', '\u061c', '\u200b', '\ufeff', '\u2028']) {
    assert.deepEqual(links(`https://a.example/${control}gpj.exe`), [['https://a.example/', 'https://a.example/']]);
  }
  assert.deepEqual(links('https://g\u043e\u043egle.example/'), [['https://g\u043e\u043egle.example/ (xn--ggle-55da.example)', 'https://xn--ggle-55da.example/']]);
  const [[shown]] = links('https://\u0430pple.example/xn--pple-43d.example');
  assert.match(shown, /\(xn--pple-43d\.example\)$/, 'the host in the path is not the host');
  assert.match(links('https:////evil.example')[0]?.[0] || '(evil.example)', /\(evil\.example\)/);
  assert.match(links('http://0x7f.1/')[0][0], /\(127\.0\.0\.1\)/);
});

test('linkify: long and nested nonsense is quick and loses nothing', () => {
  for (const text of ['('.repeat(5000), 'https://a.example/'.repeat(300), `https://a.example/${')'.repeat(4900)}`, 'a@'.repeat(2500), 'a.'.repeat(2500) + '@',
    `x@${'a-'.repeat(2400)}`, 'www.'.repeat(1250), 'mailto:'.repeat(700), `https://a.example/${'.'.repeat(1900)}`, 'tel:'.repeat(1200), 'w'.repeat(5000)]) {
    const before = process.cpuUsage();
    assert.ok(whole(text).startsWith(text.slice(0, 10)));
    assert.ok(process.cpuUsage(before).user < 1e6, text.slice(0, 30));
  }
});
