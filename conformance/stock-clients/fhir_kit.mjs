// A stock FHIR client (npm fhir-kit-client) publishes, finds and retrieves, with nothing made for this server.
//   NODE_EXTRA_CA_CERTS=authority.pem node fhir_kit.mjs TOOLS CONFIG
// TOOLS is the folder that conformance/fhir/install makes. CONFIG is JSON: base, tokens {publisher, reader, patient},
// bundle and document (files: a provide-document bundle, a simplified publish), patient (system|value), content (a file: the
// bytes of the bundle's document), unique_id. Prints what it did; any surprise ends it with an error.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [tools, file] = process.argv.slice(2);
const { Client } = await import(pathToFileURL(path.resolve(tools, 'node_modules/fhir-kit-client/dist/index.js')));
const config = JSON.parse(fs.readFileSync(file, 'utf8'));
const as = (who) => new Client({ baseUrl: config.base, bearerToken: config.tokens[who] });
const read = (name) => JSON.parse(fs.readFileSync(config[name], 'utf8'));

const capabilities = await new Client({ baseUrl: config.base }).capabilityStatement();
const [rest] = capabilities.rest;
assert(rest.interaction.some(({ code }) => code === 'transaction'), 'a transaction is announced');
const announced = rest.resource.find(({ type }) => type === 'DocumentReference');
for (const name of ['patient.identifier', 'status', 'type', 'identifier']) {
  assert(announced.searchParam.some((parameter) => parameter.name === name), `${name} is announced`);
}
console.log('metadata: read without a token');

const publisher = as('publisher');
const answer = await publisher.transaction({ body: read('bundle') });
assert.equal(answer.type, 'transaction-response');
assert.equal(answer.entry.length, read('bundle').entry.length);
assert(answer.entry.every(({ response }) => /^201/.test(response.status)), JSON.stringify(answer));
console.log(`ITI-65: ${answer.entry.map(({ response }) => response.location).join(' ')}`);
const created = await publisher.create({ resourceType: 'DocumentReference', body: read('document') });
assert.equal(created.resourceType, 'DocumentReference');
console.log(`ITI-105: ${created.id}`);

const reader = as('reader');
const people = await reader.search({ resourceType: 'Patient', searchParams: { identifier: config.patient } });
assert.equal(people.total, 1);
const about = { 'patient.identifier': config.patient, status: 'current' };
let page = await reader.search({ resourceType: 'DocumentReference', searchParams: { ...about, _count: 1 } });
const { total } = page;
const found = [];
while (page) {
  found.push(...(page.entry ?? []).map(({ resource }) => resource));
  page = page.link.some(({ relation }) => relation === 'next') ? await reader.nextPage({ bundle: page }) : undefined;
}
assert.equal(found.length, total);
assert.deepEqual(new Set(found.map(({ id }) => id)).size, total, 'no document twice');
const posted = await reader.search({ resourceType: 'DocumentReference', searchParams: about, options: { postSearch: true } });
assert.deepEqual(posted.entry.map(({ resource }) => resource.id).sort(), found.map(({ id }) => id).sort());
console.log(`ITI-67: ${total} documents, one a page and by POST`);

const document = found.find(({ masterIdentifier }) => masterIdentifier.value === `urn:oid:${config.unique_id}`);
assert(document, 'what was published is found');
const again = await reader.read({ resourceType: 'DocumentReference', id: document.id });
assert.deepEqual(again.masterIdentifier, document.masterIdentifier);
const { attachment } = document.content[0];
const bytes = fs.readFileSync(config.content);
const authorization = `Bearer ${config.tokens.reader}`;
const raw = await fetch(attachment.url, { headers: { authorization, accept: attachment.contentType } });
assert.equal(raw.status, 200);
assert(Buffer.from(await raw.arrayBuffer()).equals(bytes), 'byte for byte, as the attachment says');
const binary = await reader.read({ resourceType: 'Binary', id: attachment.url.split('/').pop() });
assert.equal(binary.resourceType, 'Binary');
assert(Buffer.from(binary.data, 'base64').equals(bytes), 'byte for byte, as a Binary');
assert.equal(createHash('sha1').update(bytes).digest('base64'), attachment.hash);
assert.equal(bytes.length, attachment.size);
console.log('ITI-68: byte for byte, by its URL and as a Binary');

const subject = await reader.resolve({ reference: document.subject.reference, context: document });
assert.equal(subject.resourceType, 'Patient');
const own = await as('patient').search({ resourceType: 'DocumentReference', searchParams: about });
assert(own.entry.some(({ resource }) => resource.id === document.id), 'the holder sees it too');

const refused = async (asked, status) => {
  const error = await asked.then(() => assert.fail(`no ${status}`), (thrown) => thrown);
  assert.equal(error.response?.status, status, String(error));
  assert.equal(error.response.data.resourceType, 'OperationOutcome');
  assert(error.response.data.issue[0].details.text.length > 20, 'a refusal says what to do');
};
await refused(new Client({ baseUrl: config.base }).search({ resourceType: 'DocumentReference', searchParams: about }), 401);
await refused(reader.search({ resourceType: 'DocumentReference', searchParams: { 'patient.identifier': config.patient } }), 400);
await refused(reader.read({ resourceType: 'DocumentReference', id: '00000000-0000-4000-8000-000000000000' }), 404);
console.log('refusals: read as OperationOutcome');
