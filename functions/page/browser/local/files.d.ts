/** What functions/page/assets/build.ts makes of such an import: a file among the assets, named by its hash. */
declare module "*.wasm?asset" {
  const file: { url: string; bytes: number };
  export default file;
}
