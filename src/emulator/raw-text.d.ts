/** A file as text: Vite's notation, which scripts/raw-text.mjs teaches esbuild. */
declare module "*?raw" {
  const text: string;
  export default text;
}
