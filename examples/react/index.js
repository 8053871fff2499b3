/**
 * The chat of a Tresen gateway in a React application. The component draws nothing: it puts the gateway's script tag into
 * the page, once, and passes on what is said. A page has one chat; whoever is mounted first says where it comes from.
 */
import { useEffect, useRef } from 'react';

const ATTRIBUTES = ['department', 'lang', 'color', 'position', 'launcher', 'absent', 'greeting'];
const EVENTS = ['open', 'close', 'message', 'unread', 'availability'];

/** What listens to each event, of all components that are mounted. @type {Map<string, Set<{current: any}>>} */
const ears = new Map();
let mounted = 0;
let hidden = false;

/** As the page's own tresen(…): calls that are made before the chat is there wait for it. In the browser only. */
export function tresen(...call) {
  window.tresen ||= function (...waiting) {
    (window.tresen.q ||= []).push(waiting);
  };
  window.tresen(...call);
}

function embed({ gateway, version = '1', integrity, nonce, ...props }) {
  const base = new URL(`${gateway.replace(/\/+$/, '')}/w/`, location.href).href;
  if ([...document.scripts].some(({ src }) => src.startsWith(base))) return;
  const script = Object.assign(document.createElement('script'), { async: true, src: `${base}${version}/loader.js` });
  if (nonce) script.nonce = nonce;
  if (integrity) Object.assign(script, { integrity, crossOrigin: 'anonymous' });
  for (const name of ATTRIBUTES) if (props[name]) script.dataset[name] = [].concat(props[name]).join(' ');
  document.head.append(script);
}

/** The chat can be told to call, not to stop: it calls whoever is there then. */
function listen(event, handler) {
  if (!ears.has(event)) {
    const all = new Set();
    ears.set(event, all);
    tresen('on', event, (value) => all.forEach(({ current }) => current?.(value)));
  }
  ears.get(event).add(handler);
  return () => ears.get(event).delete(handler);
}

function appear() {
  mounted += 1;
  if (hidden) tresen('show');
  hidden = false;
  // Not at once: who is mounted again in the same turn (StrictMode, another route) was never gone.
  return () => {
    mounted -= 1;
    setTimeout(() => {
      if (mounted || hidden) return;
      hidden = true;
      tresen('hide');
    });
  };
}

/** The latest value, for what was handed over once. */
function useLatest(value) {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}

function useListener(event, handler) {
  const latest = useLatest(handler);
  const wanted = !!handler;
  useEffect(() => (wanted ? listen(event, latest) : undefined), [event, wanted, latest]);
}

/** A JWT, or a function that brings one. Where there was one and is none any more, the visitor has logged out. */
function useIdentity(identify) {
  const latest = useLatest(identify);
  const known = useRef(false);
  const value = typeof identify === 'function' ? 'function' : identify || '';
  useEffect(() => {
    if (value) tresen('identify', value === 'function' ? () => latest.current() : value);
    else if (known.current) tresen('logout');
    known.current = !!value;
  }, [value, latest]);
}

/** @param {import('./index.js').TresenChatProps} props */
export function TresenChat({ name, email, identify, ...props }) {
  const first = useRef(props);
  useEffect(() => {
    embed(first.current);
    return appear();
  }, []);
  useIdentity(identify);
  useEffect(() => {
    if (name || email) tresen('set', { name, email });
  }, [name, email]);
  for (const event of EVENTS) useListener(event, props[`on${event[0].toUpperCase()}${event.slice(1)}`]); // always the same ones, in the same order
  return null;
}
