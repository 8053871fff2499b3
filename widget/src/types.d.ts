declare const VERSION: string;
/** The integrity of sums.js, which has that of every other file. */
declare const SUMS: string;
/** What the launcher says where nothing else is known. */
declare const ENGLISH: Record<string, string>;
declare module '*.css' {
  const text: string;
  export default text;
}
