export type Availability = 'chat' | 'away' | 'dnd' | 'unavailable';

export interface Message {
  id: string;
  name: string;
  body: string;
  time: Date;
}

export interface TresenChatProps {
  /** Address of the gateway: what stands before /w/. */
  gateway: string;
  /** Which version of the widget; else the newest. Pin one to use integrity. */
  version?: string;
  /** Of that version's loader.js, as manifest.json beside it says: 'sha384-…'. It covers all that is fetched later. */
  integrity?: string;
  /** For a Content-Security-Policy with strict-dynamic. */
  nonce?: string;
  /** The attributes of the script tag (docs/WIDGET.md). They count once, when the chat is put into the page. */
  department?: string | string[]; // several: the visitor chooses
  lang?: string;
  color?: string;
  position?: 'left' | 'right';
  launcher?: 'text' | 'icon';
  absent?: 'show' | 'hint' | 'hide';
  greeting?: string;
  /** Who the visitor says to be. */
  name?: string;
  email?: string;
  /** Who the visitor is, signed by your server: a JWT, or a function that brings a fresh one. When it becomes empty again, the visitor has logged out. */
  identify?: string | (() => string | Promise<string>) | null;
  onOpen?(): void;
  onClose?(): void;
  onMessage?(message: Message): void;
  onUnread?(count: number): void;
  onAvailability?(availability: Availability): void;
}

/** Draws nothing; while it is mounted the chat is there. */
export function TresenChat(props: TresenChatProps): null;

/** As the page's own tresen('open'), tresen('logout'), …: docs/WIDGET.md. In the browser only. */
export function tresen(name: 'open', values?: { department?: string }): void;
export function tresen(name: 'close' | 'show' | 'hide' | 'logout'): void;
export function tresen(name: 'set', values: { name?: string; email?: string }): void;
export function tresen(name: 'identify', jwt: string | (() => string | Promise<string>)): void;
export function tresen(name: 'on', event: string, listener: (value?: any) => void): void;
