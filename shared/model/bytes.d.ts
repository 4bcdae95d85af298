/** A file of this folder, imported as data: its bytes. On Node it is read from the path that `import.meta.resolve` gives. */
declare const bytes: ArrayBuffer
export default bytes
