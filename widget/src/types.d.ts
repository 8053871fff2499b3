declare const VERSION: string;
/** What the launcher says where nothing else is known. */
declare const ENGLISH: Record<string, string>;
declare module '*.css' {
  const text: string;
  export default text;
}
