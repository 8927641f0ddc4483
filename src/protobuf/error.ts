/** Bytes that are no valid protobuf message, or a value that does not fit its field. Names the message or field. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}
