"""A reader whose client is generated from the served WSDLs by zeep: existence test, authorisation, search, retrieval.

Called with a JSON file: base, authority, certificate, key (PEM files), security (the WS-Security header), patient (CX),
root and number of the INS, repository, and the documents expected, uniqueId to a file. Prints what it did; any surprise
ends it with an exception.
"""

import json
import sys

import requests
from lxml import etree
from zeep import Client, Settings
from zeep.transports import Transport

SOAP = "http://www.w3.org/2003/05/soap-envelope"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"


def main(config):
    base = config["base"]
    for path in ["/xds/repository", "/xds/registry", "/dmp"]:
        page = requests.get(f"{base}{path}?wsdl", verify=config["authority"], timeout=30)
        assert page.status_code == 200, f"{path}: the WSDL is public"

    session = requests.Session()
    session.trust_env = False
    session.verify = config["authority"]
    session.cert = (config["certificate"], config["key"])
    wsse = Assertion(config["security"])

    def generated(path):
        transport = Transport(session=session, timeout=30, operation_timeout=30)
        settings = Settings(strict=True)
        return Client(f"{base}{path}?wsdl", transport=transport, settings=settings, wsse=wsse).service

    dmp, registry, repository = generated("/dmp"), generated("/xds/registry"), generated("/xds/repository")

    assert existence(dmp, config) == "INEXISTANTE"
    done = dmp.setAuthorization(action="AJOUT")
    assert done.status == "DMPOk", done
    assert existence(dmp, config) == "VALIDE"
    print("TD0.2, TD0.3: authorised")

    found = search(registry, config)
    assert set(config["documents"]) <= found, found
    print(f"ITI-18: {len(found)} documents")

    retrieved = retrieve(repository, config)
    assert set(retrieved) == set(config["documents"]), set(retrieved)
    for unique_id, path in config["documents"].items():
        with open(path, "rb") as file:
            # zeep takes the line ends off the end of a binary part; every other byte must be the same.
            assert file.read().strip(b"\r\n") == retrieved[unique_id], unique_id
    print("ITI-43: byte for byte")

    withdrawn = dmp.setAuthorization(action="SUPPRESSION")
    assert withdrawn.status == "DMPOk", withdrawn
    refused = stored_query(registry, config)
    [error] = refused.RegistryErrorList.RegistryError
    assert "[authorisation_is_valid]" in error.codeContext, error
    print("ITI-18: refused again, readably")


class Assertion:
    """The signed assertion as zeep's WS-Security: put in last, so that nothing rewrites its namespaces."""

    def __init__(self, security):
        self.security = security

    def apply(self, envelope, headers):
        header = envelope.find(f"{{{SOAP}}}Header")
        header.append(etree.fromstring(self.security))
        return envelope, headers

    def verify(self, envelope):
        return envelope


def existence(dmp, config):
    device = {"classCode": "DEV", "determinerCode": "INSTANCE", "id": [{"root": "2.999.2026.7"}]}
    identifier = {"value": {"root": config["root"], "extension": config["number"]}, "semanticsText": "Patient.id"}
    answer = dmp.PatientGetDemographics_PRPA_IN201307UV02(
        ITSVersion="XML_1.0",
        id={"root": "2.999.2026.7.1", "extension": "1"},
        creationTime={"value": "20261128120000"},
        interactionId={"root": "2.16.840.1.113883.1.6", "extension": "PRPA_IN201307UV02"},
        processingCode={"code": "T"},
        processingModeCode={"code": "T"},
        acceptAckCode={"code": "AL"},
        receiver=[{"typeCode": "RCV", "device": device}],
        sender={"typeCode": "SND", "device": device},
        controlActProcess={
            "classCode": "CACT",
            "moodCode": "EVN",
            "reasonCode": {"code": "TEST_EXST", "codeSystem": "1.2.250.1.213.1.1.4.11"},
            "queryByParameter": {
                "queryId": {"root": "2.999.2026.7.2", "extension": "1"},
                "statusCode": {"code": "new"},
                "parameterList": {"patientIdentifier": identifier},
            },
        },
    )
    assert answer.controlActProcess.queryAck.queryResponseCode.code == "OK", answer
    [subject] = answer.controlActProcess.subject
    assert subject.registrationEvent.subject1.patient.statusCode.code == "active", answer
    lines = {line.keyWordText.code: line.value for line in answer.attentionLine}
    assert lines["STATUT_MT"].value is False, lines
    return lines["AUTORISATION"].code


def stored_query(registry, config):
    slots = [
        {"name": "$XDSDocumentEntryPatientId", "ValueList": {"Value": [f"'{config['patient']}'"]}},
        {"name": "$XDSDocumentEntryStatus", "ValueList": {"Value": [f"('{APPROVED}')"]}},
    ]
    return registry.DocumentRegistry_RegistryStoredQuery(
        ResponseOption={"returnType": "LeafClass", "returnComposedObjects": True},
        AdhocQuery={"id": FIND_DOCUMENTS, "Slot": slots},
    )


def search(registry, config):
    answer = stored_query(registry, config)
    assert answer.status == SUCCESS, answer
    found = set()
    for choice in answer.RegistryObjectList._value_1:
        identifiers = choice["ExtrinsicObject"].ExternalIdentifier
        found.update(one.value for one in identifiers if one.identificationScheme == UNIQUE_ID)
    return found


def retrieve(repository, config):
    requests_of = [
        {"RepositoryUniqueId": config["repository"], "DocumentUniqueId": unique_id}
        for unique_id in config["documents"]
    ]
    answer = repository.DocumentRepository_RetrieveDocumentSet(DocumentRequest=requests_of)
    # An answer in several parts is a pack: its root is the message.
    answer = getattr(answer, "root", answer)
    assert answer.RegistryResponse.status == SUCCESS, answer
    return {one.DocumentUniqueId: one.Document for one in answer.DocumentResponse}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file))
