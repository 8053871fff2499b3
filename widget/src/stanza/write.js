/** What the visitor says, as XML: docs/PROTOCOL.md sections 2 to 6. */
import { escape as t, x } from '../xml.js';
import * as NS from './ns.js';

/**
 * @typedef {{url: string, title: string, referrer?: string}} Page
 * @typedef {{page: Page, lang: string, zone: string, browser: string, token?: string, jwt?: string, form?: Record<string, string>}} Visit
 */

/** A web address without what may be private: query, fragment and credentials. @param {string} address */
export const bare = (address) => address.replace(/[?#].*$/s, '').replace(/^(\w+:\/\/)[^/]*@/, '$1');

/** The longest beginning of a text that fits into so many bytes. @param {string} text @param {number} bytes */
export const clip = (text, bytes) => text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytes)).read);

/** @param {string} kind get or set @param {string} id @param {string} to @param {string} content */
export const iq = (kind, id, to, content) => x('iq', { xmlns: NS.CLIENT, type: kind, id, to }, content);

/** @param {Page} page @param {string} [xmlns] */
export const page = ({ url, title, referrer = '' }, xmlns) => x('page', {
  xmlns, url: clip(bare(url), 1000), title: clip(title, 200), referrer: clip(bare(referrer), 1000),
});

/** @param {Visit} visit */
export function checkin(visit) {
  const { form } = visit;
  const answers = form && x('x', { xmlns: NS.FORM, type: 'submit' },
    ...Object.keys(form).map((name) => x('field', { var: name }, ...form[name].split('\n').map((value) => x('value', {}, t(value))))));
  return x('visit', { xmlns: NS.VISIT }, page(visit.page), x('locale', { lang: visit.lang, zone: visit.zone }),
    x('browser', {}, t(visit.browser)), visit.token ? x('token', {}, t(visit.token)) : '', visit.jwt ? x('identity', {}, t(visit.jwt)) : '', answers || '');
}

export const ping = () => x('ping', { xmlns: NS.PING });
export const bind = () => x('bind', { xmlns: NS.BIND });

/** History after an id, before an id, or (neither) the last page; id: of the query. @param {{after?: string, before?: string, id: string}} where */
export const history = ({ after, before, id }) => x('query', { xmlns: NS.MAM, queryid: id },
  x('set', { xmlns: NS.RSM }, x('max', {}, '50'),
    after ? x('after', {}, t(after)) : before ? x('before', {}, t(before)) : x('before')));

/** @param {string} to @param {string} [type] */
export const presence = (to, type) => x('presence', { xmlns: NS.CLIENT, to, type });

/** @param {string} to @param {string} id @param {string} body @param {string} [about] a ticket's number, '0' a new question */
export const message = (to, id, body, about = '') => x('message', { xmlns: NS.CLIENT, type: 'chat', to, id },
  x('body', {}, t(body)), x('active', { xmlns: NS.STATES }), x('request', { xmlns: NS.RECEIPTS }),
  x('markable', { xmlns: NS.MARKERS }),
  about && x(+about ? 'ticket' : 'new-chat', { xmlns: NS.VISIT, number: +about || '' }));

/** @param {string} to @param {'composing'|'paused'|'active'} state */
export const typing = (to, state) => x('message', { xmlns: NS.CLIENT, type: 'chat', to }, x(state, { xmlns: NS.STATES }));

/** An agent's line is shown in a page. @param {string} to @param {string} id @param {string} line */
export const received = (to, id, line) => x('message', { xmlns: NS.CLIENT, to, id },
  x('received', { xmlns: NS.RECEIPTS, id: line }));

/** An agent's line was seen. @param {string} to @param {string} id @param {string} line */
export const displayed = (to, id, line) => x('message', { xmlns: NS.CLIENT, to, id },
  x('displayed', { xmlns: NS.MARKERS, id: line }));
