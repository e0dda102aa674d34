/** An archive that we will not unpack although it could be read; the message says what to do instead. */
export class ArchiveRefusal extends Error {
  override name = "ArchiveRefusal";
}
