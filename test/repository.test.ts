/** What the repository must not hold, in whatever file: what opens doors. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { newKey } from "../shared/keys/key.ts";
import { packageRoot } from "../shared/package-root.ts";

/** As who gives them out writes them. */
const secrets: Record<string, RegExp> = {
  "an AWS access key": /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  "an AWS secret": /aws_?secret_?access_?key["']?\s*[:=]\s*["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/i,
  "a private key": /-----BEGIN [A-Z ]*PRIVATE KEY/,
  "a key of Whippet's": /\bwhip_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/,
  "an owner's token": /WHIPPET(_FALLBACK)?_TOKEN["']?\s*[:=]\s*["']?[0-9a-f]{32,}/,
  "a Cloudflare token": /CLOUDFLARE_API_(TOKEN|KEY)["']?\s*[:=]\s*["']?[A-Za-z0-9_-]{37,}/,
  "a GitHub token": /\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}/,
  "an npm token": /\bnpm_[A-Za-z0-9]{36}\b|_authToken\s*=\s*[^\s$]/,
  "a Hugging Face token": /\bhf_[A-Za-z0-9]{34}\b/,
  "a signed token": /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\./,
};

/** Files that hold nothing else. */
const secretFiles = /^(\.env(\..*)?|\.dev\.vars|credentials(\.json)?|id_(rsa|ed25519)|.*\.(pem|p12|pfx))$/;

const found = (text: string): string[] =>
  Object.entries(secrets).flatMap(([name, pattern]) => (pattern.test(text) ? [name] : []));

const repeated = (text: string, length: number): string => text.repeat(length).slice(0, length);

/** Put together here, lest this file be found. */
const planted: Record<keyof typeof secrets, string> = {
  "an AWS access key": ["AKIA", repeated("Q7", 16)].join(""),
  "an AWS secret": `AWS_SECRET_ACCESS_KEY=${repeated("wJal/", 40)}`,
  "a private key": ["-----BEGIN", "EC PRIVATE KEY-----"].join(" "),
  "a key of Whippet's": newKey(),
  "an owner's token": `WHIPPET_TOKEN=${repeated("0f", 64)}`,
  "a Cloudflare token": `CLOUDFLARE_API_TOKEN: "${repeated("aB3_", 40)}"`,
  "a GitHub token": ["ghp", repeated("aB3", 36)].join("_"),
  "an npm token": `//host/:_authToken${"="}${repeated("aB3", 36)}`,
  "a Hugging Face token": ["hf", repeated("aB3", 34)].join("_"),
  "a signed token": [`eyJ${repeated("hbGci", 20)}`, `eyJ${repeated("zdWIi", 20)}`, "x"].join("."),
};

describe("the repository", () => {
  it("holds no secret, and no file that is one", async () => {
    const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const { stdout } = await promisify(execFile)("git", list, { cwd: packageRoot, maxBuffer: 2 ** 26 });
    const files = stdout.split("\0").filter(Boolean);
    expect(files.length).toBeGreaterThan(500);
    expect(files.filter((file) => secretFiles.test(basename(file)))).toEqual([]);
    const holding: string[] = [];
    for (const file of files) {
      // a file that was removed and not yet committed is listed all the same
      const text = await readFile(join(packageRoot, file), "latin1").catch(() => "");
      holding.push(...found(text).map((secret) => `${file} holds ${secret}`));
    }
    expect(holding).toEqual([]);
  });

  it.each(Object.entries(planted))("would not hide %s", (name, secret) => {
    expect(found(`const a = 1;\n// ${secret} \n`)).toEqual([name]);
  });
});
