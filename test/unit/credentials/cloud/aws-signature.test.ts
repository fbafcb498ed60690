import { Secret } from "../../../../src/base/secret.ts";
import { signAwsRequest } from "../../../../src/credentials/cloud/aws-signature.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY") };
const nowMs = Date.UTC(2015, 7, 30, 12, 36);

describe("Signature Version 4", () => {
  it("gives the signature of AWS's own worked example", () => {
    const headers = signAwsRequest(
      {
        method: "GET",
        url: new URL("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"),
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        body: "",
        region: "us-east-1",
        service: "iam",
      },
      keys,
      nowMs,
    );
    expect(headers["x-amz-date"]).toBe("20150830T123600Z");
    expect(headers["authorization"]).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
        "SignedHeaders=content-type;host;x-amz-date, " +
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    );
  });

  it("covers the session token of temporary keys, and never shows the secret", () => {
    const temporary = { ...keys, sessionToken: new Secret("session") };
    const request = {
      method: "POST",
      url: new URL("https://api.ecr.eu-west-1.amazonaws.com/"),
      headers: {},
      body: "{}",
      region: "eu-west-1",
      service: "ecr",
    };
    const headers = signAwsRequest(request, temporary, nowMs);
    expect(headers["x-amz-security-token"]).toBe("session");
    expect(headers["authorization"]).toContain("SignedHeaders=host;x-amz-date;x-amz-security-token");
    expect(JSON.stringify(headers)).not.toContain(keys.secretAccessKey.reveal());
    expect(headers["authorization"]).not.toBe(signAwsRequest(request, keys, nowMs)["authorization"]);
  });
});
