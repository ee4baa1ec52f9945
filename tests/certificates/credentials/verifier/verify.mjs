// Reads {documents: {address: document}, checks: [...]} from standard input, and writes what it finds of each check.
// Documents are all that can be loaded: there is no network, and contexts are those given.
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {verifyCredential} from '@digitalbazaar/vc';
import {importJWK, jwtVerify} from 'jose';
import {readFileSync} from 'node:fs';

const {documents, checks} = JSON.parse(readFileSync(0, 'utf8'));

// The part of a document that a fragment names is the verification method of that id.
async function documentLoader(url) {
  const whole = documents[url] ?? documents[url.split('#')[0]];
  const document = documents[url] ?? whole?.verificationMethod?.find(({id}) => id === url);
  if(!document) {
    throw new Error(`Not given: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
}

async function checkCredential({credential, now}) {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await verifyCredential({credential, suite, documentLoader, checkStatus, now: new Date(now)});
  const problems = result.error?.errors ?? (result.error ? [result.error] : []);
  return {
    verified: result.verified,
    revoked: (result.statusResult?.results ?? []).some(({status}) => status),
    problem: problems.map(error => `${error.name}: ${error.message}`).join('; ')
  };
}

async function checkToken({token, now}) {
  const find = async ({kid, alg}) => importJWK((await documentLoader(kid)).document, alg);
  try {
    const {payload} = await jwtVerify(token, find, {algorithms: ['RS256'], currentDate: new Date(now)});
    return {verified: true, payload};
  } catch(error) {
    return {verified: false, problem: `${error.name}: ${error.message}`};
  }
}

const found = [];
for(const check of checks) {
  found.push(await (check.token === undefined ? checkCredential(check) : checkToken(check)));
}
console.log(JSON.stringify(found));
