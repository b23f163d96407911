import { createHash, createHmac } from "node:crypto";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
// The path is signed in its encoded form, encoded once more (every service but S3).
const encode = (segment: string) =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The headers that prove a POST to Bedrock with AWS Signature Version 4. */
export function signAwsRequest(
  url: URL,
  body: string,
  { accessKeyId, secretAccessKey, region }: AwsCredentials,
  now: Date,
): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${region}/bedrock/aws4_request`;
  const path = url.pathname.split("/").map(encode).join("/");
  const signed = "content-type;host;x-amz-date";
  const canonical = [
    "POST",
    path,
    "",
    "content-type:application/json",
    `host:${url.host}`,
    `x-amz-date:${time}`,
    "",
    signed,
    sha256(body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, time.slice(0, 8)), region), "bedrock"), "aws4_request");
  const signature = hmac(key, toSign).toString("hex");
  return {
    "content-type": "application/json",
    "x-amz-date": time,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}
